import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { assertSent, connected } from "./double/setting.ts";
import type { AppSettings } from "./org.ts";

/** Ada (id-1) and Bo (id-2) are provisioned; the group has the first of them, and nothing sent so far counts. */
async function withGroup(t: TestContext, app: Partial<AppSettings> = {}) {
  const { okta, service } = await connected(t, app);
  const ada = await okta.assign(
    okta.addPerson({ firstName: "Ada", lastName: "Park", email: "ada.park@example.test" }).id,
  );
  const bo = await okta.assign(okta.addPerson({ firstName: "Bo", lastName: "Li", email: "bo.li@example.test" }).id);
  const group = okta.addGroup({ name: "Platform Team", memberIds: [ada.id] });
  service.received.length = 0;
  return { okta, service, ada, bo, group };
}

const VALUES = { userId2: "id-2", userId: "id-1", groupId: "id-3" };

test("a wizard app pushes a group with lookup, POST, GET and PUT of all members", async (t) => {
  const { okta, service, ada, bo, group } = await withGroup(t);
  await okta.pushGroup(group.id);
  assert.equal(okta.group(group.id).push.status, "active");
  await okta.setGroupMembers(group.id, [ada.id, bo.id]);
  assertSent(
    [...service.received.slice(0, 3), ...service.received.slice(-2)],
    ["group.lookup", "group.create", "group.get", "group.get", "group.put"],
    VALUES,
  );
  service.received.length = 0;
  await okta.setGroupMembers(group.id, []);
  assertSent(service.received, ["group.get", "group.put.empty"], VALUES);
});

test("a catalogue app repeats the name, then patches removals before one add", async (t) => {
  const { okta, service, ada, bo, group } = await withGroup(t, { generation: "catalogue" });
  await okta.setGroupMembers(group.id, [bo.id]);
  await okta.pushGroup(group.id);
  service.received.length = 0;
  await okta.setGroupMembers(group.id, [ada.id]);
  assertSent(service.received, ["group.patch.rename", "group.patch.members"], VALUES);

  service.received.length = 0;
  await okta.pushNow(group.id);
  assertSent(service.received, ["group.patch.fullpush"], VALUES);
});

test("a catalogue app sends at most 100 changes of a membership in one PATCH", async (t) => {
  const { okta, service, group } = await withGroup(t, { generation: "catalogue" });
  await okta.pushGroup(group.id);
  const many: string[] = [];
  for (let number = 0; number < 149; number++) {
    const person = okta.addPerson({ firstName: "P", lastName: String(number), email: `p${number}@example.test` });
    many.push((await okta.assign(person.id)).id);
  }
  service.received.length = 0;
  await okta.setGroupMembers(group.id, many);
  const patches = service.received.slice(1).map(({ body }) => JSON.parse(body).Operations);
  assert.deepEqual(
    patches.map((operations) =>
      operations.map(({ op, value }: { op: string; value?: [] }) => [op, value?.length ?? 1]),
    ),
    [
      [
        ["remove", 1],
        ["add", 99],
      ],
      [["add", 50]],
    ],
  );
});

test("unlinking deletes the group, with a content type and without a body", async (t) => {
  const { okta, service, group } = await withGroup(t);
  await okta.pushGroup(group.id);
  service.received.length = 0;
  await okta.unlinkGroup(group.id);
  assertSent(service.received, ["group.delete"], VALUES);
  assert.equal(okta.group(group.id).push.status, "not pushed");
});

test("a group of the same name in the service is adopted, not made twice", async (t) => {
  const { okta, service, group } = await withGroup(t);
  service.resources.set("g-9", { id: "g-9", displayName: "Platform Team", members: [] });
  await okta.pushGroup(group.id);
  assertSent(service.received.slice(1, 2), ["group.get"], { groupId: "g-9" });
  assert.equal(service.received[2]?.method, "PUT");
  assert.equal(okta.group(group.id).push.remoteId, "g-9");
});

test("only provisioned people are members, and a pushed group follows once they are", async (t) => {
  const { okta, service, ada, group } = await withGroup(t);
  const grace = okta.addPerson({ firstName: "Grace", lastName: "Holm", email: "grace.holm@example.test" });
  await okta.setGroupMembers(group.id, [ada.id, grace.id]);
  await okta.pushGroup(group.id);
  assert.equal(okta.group(group.id).push.sent.size, 1);
  await okta.assign(grace.id);
  assert.equal(JSON.parse(service.received.at(-1)?.body ?? "").members.length, 2);
});
