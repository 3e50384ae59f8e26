import assert from "node:assert/strict";
import { test } from "node:test";
import { differences, effects } from "../../../src/domain/activity/differences.ts";

test("a change of a user is told by the values that differ, each by its path", () => {
  const before = { userName: "ada", active: true, title: "Dr", emails: [{ value: "a@x" }, { value: "b@x" }] };
  const after = { userName: "ada", active: false, emails: [{ value: "a@x" }, { value: "c@x" }], nickName: "A" };
  assert.deepEqual(differences({ before, after }), [
    { what: "active", before: "true", after: "false" },
    { what: "title", before: "Dr", after: undefined },
    { what: "emails[2].value", before: "b@x", after: "c@x" },
    { what: "nickName", before: undefined, after: "A" },
  ]);
});

test("somebody new has no before, somebody deleted no after, and where nothing was recorded nothing is told", () => {
  assert.deepEqual(differences({ before: null, after: { active: true } }), [
    { what: "active", before: undefined, after: "true" },
  ]);
  assert.deepEqual(differences({ before: { active: true } }), [{ what: "active", before: "true", after: undefined }]);
  assert.deepEqual(differences({ before: { a: 1 }, after: { a: 1 } }), []);
  assert.deepEqual(differences(null), []);
});

test("a change of a group is told by its new name, and by how many joined and left", () => {
  const change = { added: 2, removed: 0, before: "Engineering", after: "R&D" };
  assert.deepEqual(differences(change), [{ what: "displayName", before: "Engineering", after: "R&D" }]);
  assert.deepEqual(effects(change), [["People added", "2"]]);
  assert.deepEqual(effects({ added: 2, came: ["Ada", "Bo"] })[1], ["Who came", "Ada, Bo"]);
  assert.deepEqual(effects({ member: "linked" }), [["The member here was", "linked"]]);
  assert.deepEqual(effects(null), []);
});
