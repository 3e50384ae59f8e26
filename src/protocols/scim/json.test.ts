import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { foldAscii, type JsonValue, member, quoted, sameJson } from "./json.ts";

test("two values are the same when they say the same, in whatever order", () => {
  assert.equal(sameJson({ a: [1, { b: null }], c: "x" }, { c: "x", a: [1, { b: null }] }), true);
  for (const other of [{ a: 1 }, { a: [1, 2] }, { a: [2] }, { b: [1] }, [1], null, undefined, "a"]) {
    assert.equal(sameJson({ a: [1] }, other), false, JSON.stringify(other));
  }
  assert.equal(sameJson(undefined, undefined), true);
});

test("any JSON value is the same as its copy", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
      assert.equal(sameJson(value as JsonValue, JSON.parse(JSON.stringify(value))), true);
    }),
  );
});

test("folding touches A to Z and nothing else", () => {
  assert.equal(foldAscii("ÀZaz\u212a"), "Àzaz\u212a");
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => foldAscii(text).length === text.length));
});

test("a member is found in any case, its own before another's, and never on the prototype", () => {
  assert.equal(member({ Op: 1, op: 2 }, "op"), 2);
  assert.equal(member({ OP: 1 }, "op"), 1);
  assert.equal(member({}, "constructor"), undefined);
});

test("what a refusal quotes is short and on one line", () => {
  assert.equal(quoted(`a\n${"x".repeat(100)}`), `"a\\n${"x".repeat(62)}…"`);
  assert.equal(quoted("\ud800"), '"\ufffd"');
  assert.deepEqual([quoted([1]), quoted({}), quoted(null), quoted(1.5)], ["a list", "an object", "null", "1.5"]);
});
