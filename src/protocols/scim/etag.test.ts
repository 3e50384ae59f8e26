import assert from "node:assert/strict";
import { test } from "node:test";
import { isNamedVersion, namedVersions } from "./etag.ts";
import { versionTag } from "./resource.ts";

const headers: readonly [header: string | undefined, named: ReturnType<typeof namedVersions>][] = [
  [undefined, undefined],
  ["", undefined],
  [" * ", "any"],
  [versionTag(7), [7]],
  ['"7"', [7]],
  ['W/"1", "2" ,w/"3"', [1, 2, 3]],
  ['"abc"', []],
  ["7", []],
  ['W/"-1"', []],
];

for (const [header, named] of headers) {
  test(`the header ${header ?? "that is not there"} names ${JSON.stringify(named) ?? "nothing"}`, () => {
    assert.deepEqual(namedVersions(header), named);
  });
}

test("a version is among those named, or any will do", () => {
  assert.equal(isNamedVersion("any", 1), true);
  assert.equal(isNamedVersion([1, 2], 2), true);
  assert.equal(isNamedVersion([], 2), false);
});
