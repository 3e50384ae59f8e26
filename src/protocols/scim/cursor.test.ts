import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Refusal } from "../../refusal.ts";
import { CURSOR_SECONDS, readCursor, writeCursor } from "./cursor.ts";

const binding = { secret: Buffer.alloc(32, 7), query: ["acme", "User", 'title eq "x"', "userName", "ascending"] };
const now = new Date("2026-11-01T12:00:00Z");
const after = (seconds: number) => new Date(now.getTime() + seconds * 1000);
const position = { id: "019ab697-e801-7000-8a00-000000000001", key: "ada" };

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof Refusal && error.status === 400) return error.code;
    throw error;
  }
  return "accepted";
}

test("a cursor gives the position back that it was made from, whatever the key", () => {
  fc.assert(
    fc.property(fc.uuid(), fc.oneof(fc.string({ unit: "grapheme" }), fc.boolean(), fc.constant(null)), (id, key) => {
      assert.deepEqual(readCursor(writeCursor({ id, key }, binding, now), binding, now), { id, key });
    }),
  );
});

test("a cursor is good for a day, and refused as expired after it", () => {
  const cursor = writeCursor(position, binding, now);
  assert.deepEqual(readCursor(cursor, binding, after(CURSOR_SECONDS)), position);
  assert.equal(
    refusal(() => readCursor(cursor, binding, after(CURSOR_SECONDS + 1))),
    "expiredCursor",
  );
});

test("a cursor is good for its own query alone", () => {
  const cursor = writeCursor(position, binding, now);
  for (let part = 0; part < binding.query.length; part++) {
    const query = binding.query.map((text, at) => (at === part ? `${text}x` : text));
    assert.equal(
      refusal(() => readCursor(cursor, { ...binding, query }, now)),
      "invalidCursor",
    );
  }
  const secret = Buffer.alloc(32, 8);
  assert.equal(
    refusal(() => readCursor(cursor, { ...binding, secret }, now)),
    "invalidCursor",
  );
});

test("a cursor that somebody changed or made up is refused", () => {
  const cursor = writeCursor(position, binding, now);
  const changed = [...cursor].map(
    (letter, at) => cursor.slice(0, at) + (letter === "A" ? "B" : "A") + cursor.slice(at + 1),
  );
  for (const text of [...changed, `${cursor}.`, `${cursor}.x`, cursor.slice(1), ".", "x", "null", "%00", "\0"]) {
    assert.equal(
      refusal(() => readCursor(text, binding, now)),
      "invalidCursor",
      text,
    );
  }
});
