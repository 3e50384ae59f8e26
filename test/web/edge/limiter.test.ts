import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createLimiter } from "../../../src/web/edge/limiter.ts";

const START = Date.UTC(2026, 10, 27, 12);
const at = (milliseconds: number) => new Date(START + milliseconds);

describe("an allowance of 5 a second, 10 at once", () => {
  const limiter = () => createLimiter({ perSecond: 5, burst: 10 });

  test("lets ten through at once and then says when to come again", () => {
    const { take } = limiter();
    for (let i = 0; i < 10; i++) assert.equal(take("a", at(0)), 0, `${i}`);
    assert.equal(take("a", at(0)), 1);
    assert.equal(take("a", at(199)), 1);
    assert.equal(take("a", at(200)), 0);
    assert.equal(take("a", at(200)), 1);
  });

  test("is whole again after a pause, and never more than whole", () => {
    const { take } = limiter();
    for (let i = 0; i < 10; i++) take("a", at(0));
    let taken = 0;
    while (take("a", at(3_600_000)) === 0) taken++;
    assert.equal(taken, 10);
  });

  test("is not spent by what was refused", () => {
    const { take } = limiter();
    for (let i = 0; i < 100; i++) take("a", at(0));
    assert.equal(take("a", at(200)), 0);
  });

  test("is each key's own", () => {
    const { take } = limiter();
    for (let i = 0; i < 20; i++) take("a", at(0));
    assert.equal(take("b", at(0)), 0);
  });

  test("does not shut anybody out for longer where the clock is set back", () => {
    const { take } = limiter();
    for (let i = 0; i < 10; i++) take("a", at(86_400_000));
    assert.equal(take("a", at(0)), 1);
    assert.equal(take("a", at(200)), 0);
  });
});

test("an allowance of one a minute says how many seconds are left", () => {
  const { take } = createLimiter({ perSecond: 1 / 60, burst: 1 });
  assert.equal(take("a", at(0)), 0);
  assert.equal(take("a", at(0)), 60);
  assert.equal(take("a", at(59_001)), 1);
  assert.equal(take("a", at(60_000)), 0);
});

test("every second's allowance is let through, to the last, over a day", () => {
  const { take } = createLimiter({ perSecond: 3, burst: 3 });
  let taken = 0;
  for (let second = 0; second < 86_400; second++) {
    for (let i = 0; i < 5; i++) if (take("a", at(second * 1000)) === 0) taken++;
  }
  assert.equal(taken, 3 * 86_400);
});

test("an allowance of 0 is no limit", () => {
  const { take } = createLimiter({ perSecond: 0, burst: 0 });
  for (let i = 0; i < 10_000; i++) assert.equal(take("a", at(0)), 0);
});

test("of many keys the one that asked least recently is forgotten, so that memory is bounded", () => {
  const { take } = createLimiter({ perSecond: 1, burst: 1 }, 3);
  for (const key of ["a", "b", "c"]) take(key, at(0));
  assert.equal(take("d", at(0)), 0);
  assert.equal(take("c", at(0)), 1);
  assert.equal(take("a", at(0)), 0, "a was forgotten, and has its whole allowance again");
});
