import assert from "node:assert/strict";
import { after, test } from "node:test";
import { newOrganization } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { fill, groupMembers, patch, pushGroup, pushUser } from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

test('others got wrong: members[value eq "…"] removal as a silent no-op', async () => {
  const org = await newOrganization(service);
  const [ada, bo] = [await pushUser(org), await pushUser(org)];
  const { id } = await pushGroup(org, "Platform", [ada.id, bo.id]);
  await patch(org, `/Groups/${id}`, { op: "remove", path: `members[value eq "${ada.id}"]` });
  assert.deepEqual(await groupMembers(org, id), [bo.id]);
});

test("others got wrong: remove with a value that wipes the group", async () => {
  const org = await newOrganization(service);
  const [ada, bo] = [await pushUser(org), await pushUser(org)];
  const { id } = await pushGroup(org, "Platform", [ada.id, bo.id]);
  await patch(org, `/Groups/${id}`, { op: "Remove", path: "members", value: [{ value: ada.id }] });
  assert.deepEqual(await groupMembers(org, id), [bo.id]);
  await patch(org, `/Groups/${id}`, { op: "Remove", path: "members", value: [] });
  assert.deepEqual(await groupMembers(org, id), [bo.id]);
});

test("others got wrong: PUT /Groups that drops or ignores members", async () => {
  const org = await newOrganization(service);
  const [ada, bo, cleo] = [await pushUser(org), await pushUser(org), await pushUser(org)];
  const { id } = await pushGroup(org, "Platform", [ada.id, bo.id]);
  const members = [{ value: bo.id }, { value: cleo.id }];
  await org.scim("PUT", `/Groups/${id}`, { displayName: "Platform", members });
  assert.deepEqual(await groupMembers(org, id), [bo.id, cleo.id].sort());
});

test("others got wrong: a cost that grows with the group", async () => {
  const org = await newOrganization(service);
  const people = await fill(org, 20_000);
  const large = await pushGroup(org, "Everybody", people);
  const small = await pushGroup(org, "Few", people.slice(0, 10));
  const { id: value } = await pushUser(org);
  const cost = async (id: string) => {
    const began = performance.now();
    for (let i = 0; i < 10; i++) {
      await patch(org, `/Groups/${id}`, { op: "add", path: "members", value: [{ value }] });
      await patch(org, `/Groups/${id}`, { op: "remove", path: `members[value eq "${value}"]` });
    }
    return performance.now() - began;
  };
  await cost(small.id);
  const [few, many] = [await cost(small.id), await cost(large.id)];
  assert.ok(many < few * 5 + 200, `${many} ms in a group of 20,000, ${few} ms in one of 10`);
});

test("others got wrong: excludedAttributes applied after loading", async () => {
  const org = await newOrganization(service);
  const people = await fill(org, 20_000);
  const { id } = await pushGroup(org, "Everybody", people);
  const cost = async (query: string) => {
    const began = performance.now();
    for (let i = 0; i < 5; i++) assert.equal((await org.scim("GET", `/Groups/${id}${query}`)).status, 200);
    return performance.now() - began;
  };
  const [whole, without] = [await cost(""), await cost("?excludedAttributes=members")];
  assert.ok(without < whole / 2, `${without} ms without members, ${whole} ms with them`);
});

test('others got wrong: filters with quotes, parentheses, spaces, the word "or" inside a value', async () => {
  const org = await newOrganization(service);
  const names = [
    'Ada "or" Bo',
    "Ops (EU) and (US)",
    "a or b eq c",
    'back\\slash "x"',
    "O'Hara; DROP TABLE members",
    "100% _sure_",
    " spaces  inside ",
  ];
  for (const displayName of names) await pushGroup(org, displayName);
  for (const displayName of names) {
    for (const path of ["displayName", "DisplayName", "urn:ietf:params:scim:schemas:core:2.0:Group:displayName"]) {
      const filter = encodeURIComponent(`${path} eq ${JSON.stringify(displayName)}`);
      const { body } = await org.scim("GET", `/Groups?filter=${filter}`);
      assert.deepEqual(
        body.Resources?.map((group: { displayName: string }) => group.displayName),
        [displayName],
      );
    }
  }
});

test("others got wrong: display in members refused", async () => {
  const org = await newOrganization(service);
  const { id: value } = await pushUser(org);
  const member = { value, display: "ada.park@example.test", $ref: null };
  const { body } = await org.scim("POST", "/Groups", { displayName: "Platform", members: [member] });
  assert.equal(body.members[0].display, "ada.park@example.test");
  const put = await org.scim("PUT", `/Groups/${body.id}`, { ...body, members: [{ ...member, display: "Ada" }] });
  assert.deepEqual([put.status, put.body.members[0].display], [200, "Ada"]);
});
