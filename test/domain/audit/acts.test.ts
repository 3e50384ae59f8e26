import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { ACTS, sentenceOf } from "../../../src/domain/audit/acts.ts";
import type { RecordedEvent } from "../../../src/domain/audit/events.ts";
import { projectRoot } from "../../../src/root.ts";
import { isProduct, sources, withoutComments } from "../../laws/sources.ts";

const event = (changes: Partial<RecordedEvent>): RecordedEvent => ({
  id: "0190a5e0-0000-7000-8000-000000000000",
  at: new Date(0),
  actor: { kind: "member", id: "0190a5e0-0000-7000-8000-000000000001", name: "olive@example.test" },
  action: "member.added",
  target: { kind: "member", id: "0190a5e0-0000-7000-8000-000000000002", name: "ada@example.test" },
  ip: null,
  referenceId: "3PK9Y-A9P3G",
  detail: {},
  ...changes,
});

/** The names of acts in the code: each text `thing.happened` in a file that writes events, and those put together. */
function written(): string[] {
  const files = sources("src").filter(isProduct);
  const writers = files.filter(({ imports }) => imports.some(({ target }) => target === "src/domain/audit/events.ts"));
  const texts = writers.map(({ text }) => withoutComments(text)).join("\n");
  const folder = join(projectRoot, "migrations");
  const tables = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8").replace(/--.*$/gm, ""));
  const bySql = [...tables.join("\n").matchAll(/'([a-z_]+\.[a-z_]+)'/g)].flatMap(([, name]) => name ?? []);
  const whole = [...texts.matchAll(/"([a-z_]+\.[a-z_]+)"/g)].flatMap(([, name]) => name ?? []);
  const parts = [...texts.matchAll(/`([a-z_]+)\.\$\{\w+\}`/g)].flatMap(
    ([, thing = ""]) => MADE[thing] ?? [`${thing}.?`],
  );
  return [...new Set([...whole, ...parts, ...bySql])].filter((name) => !NO_ACTS.test(name));
}

/** Acts whose names are put together, by the thing. */
const MADE: Readonly<Record<string, readonly string[]>> = {
  directory_user: ["directory_user.changed", "directory_user.reactivated", "directory_user.deactivated"],
};

/** Permissions, columns of statements and files look alike. */
const NO_ACTS =
  /^(?:organization\.view|semaphore\.\w+|(?:members|directory_users|directory_groups|integrations|organizations|sessions|audit_events|e|m|u)\.\w+|.*\.(?:ts|tsx|json))$/;

test("every act that the code writes down has a sentence: add it to ACTS in src/domain/audit/acts.ts", () => {
  assert.deepEqual(
    written().filter((name) => !Object.hasOwn(ACTS, name)),
    [],
  );
  assert.ok(written().length > 20);
});

describe("a sentence", () => {
  for (const [action, { label }] of Object.entries(ACTS)) {
    test(`of ${action} is whole, also where nothing is known but the act`, () => {
      assert.ok(label.length > 3);
      for (const each of [event({ action }), event({ action, target: null, detail: {} })]) {
        const sentence = sentenceOf(each);
        assert.match(sentence, /^\S.*[.\w]$/);
        assert.doesNotMatch(sentence, /\[object|NaN/);
      }
    });
  }

  const SAID: readonly (readonly [Partial<RecordedEvent>, string])[] = [
    [{ detail: { role: "admin" } }, "olive@example.test added ada@example.test as an admin."],
    [
      { action: "member.changed", detail: { change: { role: "owner" } } },
      "olive@example.test made ada@example.test an owner.",
    ],
    [
      { action: "member.changed", detail: { change: { email: "ada@corp.test" } } },
      "olive@example.test changed the email of ada@example.test to ada@corp.test.",
    ],
    [
      { action: "member.removed", actor: { kind: "operator", id: null, name: "operator" } },
      "The operator removed ada@example.test.",
    ],
    [
      {
        action: "directory_user.changed",
        actor: { kind: "directory", id: null, name: "SCIM" },
        detail: {
          before: { userName: "a", active: true },
          after: { userName: "b", active: true },
          attributes: ["title"],
        },
      },
      "The directory changed userName, title of ada@example.test.",
    ],
    [
      {
        action: "directory_user.created",
        actor: { kind: "directory", id: null, name: "SCIM" },
        detail: { member: "linked" },
      },
      "The directory pushed ada@example.test, and linked them to the member with the same email.",
    ],
    [{ action: "session.opened", detail: { method: "sso" } }, "ada@example.test signed in through Single Sign-On."],
    [{ action: "thing.happened" }, "olive@example.test: thing happened, ada@example.test."],
  ];
  for (const [changes, sentence] of SAID) test(sentence, () => assert.equal(sentenceOf(event(changes)), sentence));
});
