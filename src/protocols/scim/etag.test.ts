import assert from "node:assert/strict";
import { test } from "node:test";
import { isNamedTag, namedVersions, requireVersion, versionTag } from "./etag.ts";

const GROUP = { value: "0190a5e0-0000-7000-8000-000000000000", display: "Platform" };

const headers: readonly [header: string | undefined, named: ReturnType<typeof namedVersions>][] = [
  [undefined, undefined],
  ["", undefined],
  [" * ", "any"],
  [versionTag(7), [7]],
  [versionTag(7, [GROUP]), [7]],
  ['"7"', [7]],
  ['W/"1", "2" ,w/"3"', [1, 2, 3]],
  ['"abc"', []],
  ["7", []],
  ['W/"-1"', []],
  ['W/"1-2"', []],
];

for (const [header, named] of headers) {
  test(`the header ${header ?? "that is not there"} names ${JSON.stringify(named) ?? "nothing"}`, () => {
    assert.deepEqual(namedVersions(header), named);
  });
}

test("a version that the request means passes, and any other is 412", () => {
  requireVersion(undefined, 1);
  requireVersion({}, 1);
  requireVersion({ match: "any" }, 1);
  requireVersion({ match: [1, 2] }, 2);
  requireVersion({ noneMatch: [1] }, 2);
  for (const precondition of [{ match: [] }, { match: [1] }, { noneMatch: "any" as const }, { noneMatch: [2] }]) {
    assert.throws(() => requireVersion(precondition, 2), { status: 412 });
  }
  assert.throws(() => requireVersion({ match: [2], noneMatch: [2] }, 2), { status: 412 });
});

test("a tag is known by its text, whether it is marked as weak or not", () => {
  const tag = versionTag(7, [GROUP]);
  for (const header of ["*", tag, tag.slice(2), `"1", ${tag}`]) assert.equal(isNamedTag(header, tag), true, header);
  for (const header of [undefined, "", 'W/"7"', "7", '"*"']) assert.equal(isNamedTag(header, tag), false, header);
});

test("a user's tag is another one in other groups, and under another name of one", () => {
  const tags = [[], [GROUP], [GROUP, { ...GROUP, value: "2" }], [{ ...GROUP, display: "Security" }]];
  assert.equal(new Set(tags.map((groups) => versionTag(1, groups))).size, 4);
  assert.equal(versionTag(1), 'W/"1"');
});
