import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, test } from "node:test";
import { createSealer } from "../../src/db/sealed.ts";

describe("what is sealed", () => {
  const [old, next] = [randomBytes(32), randomBytes(32)];

  test("opens in its place, and is never the same twice", () => {
    const sealer = createSealer(old);
    const [one, other] = [sealer.seal("gho_secret ü", "token 1"), sealer.seal("gho_secret ü", "token 1")];
    assert.equal(sealer.open(one, "token 1"), "gho_secret ü");
    assert.notDeepEqual(one, other);
    assert.ok(!one.includes("gho_secret"));
  });

  test("does not open in another place, or when a bit of it was changed", () => {
    const sealer = createSealer(old);
    const sealed = sealer.seal("secret", "token 1");
    assert.throws(() => sealer.open(sealed, "token 2"));
    for (const at of [0, 5, 20, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      assert.throws(() => sealer.open(changed, "token 1"), `byte ${at}`);
    }
    assert.throws(() => sealer.open(sealed.subarray(0, 20), "token 1"));
  });

  test("opens under the previous key, and says that it is old", () => {
    const sealed = createSealer(old).seal("secret", "here");
    const sealer = createSealer(next, old);
    assert.equal(sealer.open(sealed, "here"), "secret");
    assert.equal(sealer.isOld(sealed), true);
    assert.equal(sealer.isOld(sealer.seal("secret", "here")), false);
    assert.throws(() => createSealer(next).open(sealed, "here"));
  });
});
