import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import { newOrganization, type TestOrganization } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { fill, groupMembers, patch, pushGroup } from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

const SEED = 20_261_127;
const PEOPLE = 6;

/** A group as a document, which ours is not: what PATCH means of it (RFC 7644 §3.5.2), as plainly as it can be said. */
interface Model {
  displayName: string;
  externalId: string | undefined;
  members: Set<string>;
}

interface Step {
  readonly operation: object;
  apply(model: Model): void;
}

/** One operation, as some provider writes it, with what it means. */
type Command = (ids: readonly string[]) => Step;

const person = fc.nat(PEOPLE - 1);
const some = fc.array(person, { maxLength: 3 });
const name = fc.constantFrom("Platform", "platform", "Security", "Sales");
const values = (ids: readonly string[], who: readonly number[]) => who.map((i) => ids[i] ?? "");
const listed = (all: readonly string[]) => all.map((value) => ({ value }));

function put({ members }: Model, ids: readonly string[]): void {
  for (const id of ids) members.add(id);
}

function take({ members }: Model, ids: readonly string[]): void {
  for (const id of ids) members.delete(id);
}

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.tuple(fc.constantFrom("add", "Add"), some).map(
    ([op, who]): Command =>
      (ids) => ({
        operation: { op, path: "members", value: listed(values(ids, who)) },
        apply: (model) => put(model, values(ids, who)),
      }),
  ),
  some.map(
    (who): Command =>
      (ids) => ({
        operation: { op: "add", value: { members: listed(values(ids, who)) } },
        apply: (model) => put(model, values(ids, who)),
      }),
  ),
  person.map(
    (who): Command =>
      (ids) => ({
        operation: { op: "add", path: `members[value eq "${ids[who]}"]`, value: { display: "Somebody" } },
        apply: (model) => put(model, values(ids, [who])),
      }),
  ),
  person.map(
    (who): Command =>
      (ids) => ({
        operation: { op: "remove", path: `members[value eq "${ids[who]}"]` },
        apply: (model) => take(model, values(ids, [who])),
      }),
  ),
  person.map(
    (who): Command =>
      (ids) => ({
        operation: { op: "remove", path: `members[not (value ne "${ids[who]}") and type eq "User"]` },
        apply: (model) => take(model, values(ids, [who])),
      }),
  ),
  some.map(
    (who): Command =>
      (ids) => ({
        operation: { op: "Remove", path: "members", value: listed(values(ids, who)) },
        apply: (model) => take(model, values(ids, who)),
      }),
  ),
  fc.constant<Command>(() => ({
    operation: { op: "remove", path: "members" },
    apply: ({ members }) => members.clear(),
  })),
  some.map(
    (who): Command =>
      (ids) => ({
        operation: { op: "replace", path: "members", value: listed(values(ids, who)) },
        apply: (model) => Object.assign(model, { members: new Set(values(ids, who)) }),
      }),
  ),
  name.map(
    (displayName): Command =>
      () => ({
        operation: { op: "replace", path: "displayName", value: displayName },
        apply: (model) => Object.assign(model, { displayName }),
      }),
  ),
  fc.tuple(name, some).map(
    ([displayName, who]): Command =>
      (ids) => ({
        operation: { op: "Replace", value: { displayName, members: listed(values(ids, who)) } },
        apply: (model) => Object.assign(model, { displayName, members: new Set(values(ids, who)) }),
      }),
  ),
  fc.constantFrom("x1", "x2", "").map(
    (externalId): Command =>
      () => ({
        operation: { op: "replace", path: "externalId", value: externalId },
        apply: (model) => Object.assign(model, { externalId: externalId || undefined }),
      }),
  ),
  fc.constant<Command>(() => ({
    operation: { op: "remove", path: "externalId" },
    apply: (model) => Object.assign(model, { externalId: undefined }),
  })),
);
const requests = fc.array(fc.array(command, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 5 });

test("a group that is changed row by row is what it would be as a document", async () => {
  const org = await newOrganization(service);
  const ids = await fill(org, PEOPLE);
  await fc.assert(
    fc.asyncProperty(requests, async (sequence) => {
      const { id } = await pushGroup(org, "Platform", ids.slice(0, 2));
      const model: Model = { displayName: "Platform", externalId: undefined, members: new Set(ids.slice(0, 2)) };
      for (const commands of sequence) {
        const steps = commands.map((each) => each(ids));
        const { version } = (await read(org, id)).meta;
        const before = shown(model);
        for (const step of steps) step.apply(model);
        const { status, body } = await patch(org, `/Groups/${id}`, ...steps.map(({ operation }) => operation));
        assert.equal(status, 204, JSON.stringify(body));
        const after = await read(org, id);
        const { displayName, externalId } = after;
        const members = await groupMembers(org, id);
        assert.deepEqual({ displayName, externalId, members }, shown(model), JSON.stringify(steps));
        if (!isSame(before, shown(model))) assert.notEqual(after.meta.version, version);
      }
      await org.scim("DELETE", `/Groups/${id}`);
    }),
    { seed: SEED, numRuns: 30 },
  );
});

async function read(org: TestOrganization, id: string) {
  return (await org.scim("GET", `/Groups/${id}?excludedAttributes=members`)).body;
}

function shown({ displayName, externalId, members }: Model) {
  return { displayName, externalId, members: [...members].sort() };
}

function isSame(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
