import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { newOrganization, oktaUser, type TestOrganization } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { assertScimError, findUsers, groupMembers, patch, pushGroup, pushUser } from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

/** A user or a group, with something to write to it that changes it. */
interface Kind {
  readonly name: string;
  make(org: TestOrganization): Promise<{ path: string; tag: string }>;
  body(text: string): object;
  operation(text: string): object;
}

const KINDS: readonly Kind[] = [
  {
    name: "user",
    async make(org) {
      const { id, meta } = await pushUser(org);
      return { path: `/Users/${id}`, tag: meta.version };
    },
    body: (text) => oktaUser({ userName: "ada@example.test", emails: [], title: text }),
    operation: (value) => ({ op: "replace", path: "title", value }),
  },
  {
    name: "group",
    async make(org) {
      const { id } = await pushUser(org);
      const group = await pushGroup(org, "Platform", [id]);
      return { path: `/Groups/${group.id}`, tag: group.meta.version };
    },
    body: (displayName) => ({ displayName }),
    operation: (value) => ({ op: "replace", path: "displayName", value }),
  },
];

const STALE = 'W/"99"';

for (const { name, make, body, operation } of KINDS) {
  describe(`the ETag of a ${name}`, () => {
    const patched = (text: string) => ({ Operations: [operation(text)] });

    test("stands in the header and as meta.version of every answer, and changes with the resource alone", async () => {
      const org = await newOrganization(service);
      const { path, tag } = await make(org);
      const read = await org.scim("GET", path);
      assert.deepEqual([read.headers.get("etag"), read.body.meta.version], [tag, tag]);
      const put = await org.scim("PUT", path, body("One"));
      assert.equal(put.headers.get("etag"), put.body.meta.version);
      assert.notEqual(put.headers.get("etag"), tag);
      const changed = await org.scim("PATCH", path, patched("Two"));
      assert.notEqual(changed.headers.get("etag"), put.headers.get("etag"));
      const same = await org.scim("PATCH", path, patched("Two"));
      assert.equal(same.headers.get("etag"), changed.headers.get("etag"));
      assert.equal((await org.scim("GET", path)).headers.get("etag"), changed.headers.get("etag"));
      const { id } = read.body;
      const found = await org.scim("GET", `${path.slice(0, path.lastIndexOf("/"))}?filter=id eq "${id}"`);
      assert.equal(found.body.Resources[0].meta.version, changed.headers.get("etag"));
    });

    test("lets a reader who has this version off with 304 and no body", async () => {
      const org = await newOrganization(service);
      const { path, tag } = await make(org);
      for (const header of [tag, tag.slice(2), `"x", ${tag}`, "*"]) {
        const { status, body: got, headers } = await org.scim("GET", path, undefined, { "if-none-match": header });
        assert.deepEqual([status, got, headers.get("etag")], [304, undefined, tag], header);
      }
      for (const header of [STALE, '"x"', ""]) {
        assert.equal((await org.scim("GET", path, undefined, { "if-none-match": header })).status, 200, header);
      }
      await org.scim("PATCH", path, patched("New"));
      assert.equal((await org.scim("GET", path, undefined, { "if-none-match": tag })).status, 200);
    });

    test("lets only whoever means this version write; for others it is 412 and nothing is changed", async () => {
      const org = await newOrganization(service);
      const { path, tag } = await make(org);
      const before = (await org.scim("GET", path)).body;
      const refused = [
        { "if-match": STALE },
        { "if-match": '"x"' },
        { "if-none-match": tag },
        { "if-none-match": "*" },
      ];
      for (const headers of refused) {
        assertScimError(await org.scim("PUT", path, body("Other"), headers), 412, undefined, /read it again/);
        assertScimError(await org.scim("PATCH", path, patched("Other"), headers), 412);
        assertScimError(await org.scim("DELETE", path, undefined, headers), 412);
      }
      assertScimError(await org.scim("GET", path, undefined, { "if-match": STALE }), 412);
      assert.deepEqual((await org.scim("GET", path)).body, before);
      const put = await org.scim("PUT", path, body("One"), { "if-match": `${STALE}, ${tag}` });
      assert.equal(put.status, 200);
      assertScimError(await org.scim("PUT", path, body("Two"), { "if-match": tag }), 412);
      const again = await org.scim("PATCH", path, patched("Two"), { "if-match": put.body.meta.version });
      assert.ok([200, 204].includes(again.status));
      assert.equal((await org.scim("PUT", path, body("Three"), { "if-match": "*" })).status, 200);
      assert.equal((await org.scim("PUT", path, body("Four"), { "if-none-match": STALE })).status, 200);
      const { headers } = await org.scim("GET", path);
      assert.equal((await org.scim("DELETE", path, undefined, { "if-match": headers.get("etag") ?? "" })).status, 204);
      for (const method of ["GET", "PUT", "DELETE"]) {
        const sent = method === "PUT" ? body("Five") : undefined;
        assertScimError(await org.scim(method, path, sent, { "if-match": "*" }), 404);
      }
    });

    test("is asked by the write itself: of ten PUTs at once with one If-Match one is done", async () => {
      const org = await newOrganization(service);
      const { path, tag } = await make(org);
      const puts = Array.from({ length: 10 }, (_, i) =>
        org.scim("PUT", path, body(`Writer ${i}`), { "if-match": tag }),
      );
      const answers = await Promise.all(puts);
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array.from({ length: 9 }, () => 412)]);
      const done = answers.find(({ status }) => status === 200);
      assert.deepEqual((await org.scim("GET", path)).body, done?.body);
    });

    test("is asked by the deletion itself: of a change and a deletion at once one is done", async () => {
      const org = await newOrganization(service);
      for (let round = 0; round < 10; round++) {
        const { path, tag } = await make(org);
        const answers = await Promise.all([
          org.scim("PATCH", path, patched("Kept"), { "if-match": tag }),
          org.scim("DELETE", path, undefined, { "if-match": tag }),
        ]);
        const [changed, deleted] = answers.map(({ status }) => status);
        assert.ok(deleted === 204 ? [404, 412].includes(changed ?? 0) : deleted === 412, `${changed} ${deleted}`);
        if (deleted === 412) assert.equal((await org.scim("DELETE", path)).status, 204);
      }
    });
  });
}

test("a group has another ETag when its members change, also when one is deleted or shown under another name", async () => {
  const org = await newOrganization(service);
  const [ada, bo, cy] = [await pushUser(org), await pushUser(org), await pushUser(org)];
  const { id } = await pushGroup(org, "Platform", [ada.id]);
  const path = `/Groups/${id}`;
  const tags = [(await org.scim("GET", path)).headers.get("etag")];
  const note = async () => tags.push((await org.scim("GET", path)).headers.get("etag"));
  await patch(org, path, { op: "add", path: "members", value: [{ value: bo.id }, { value: cy.id }] });
  await note();
  await patch(org, path, { op: "remove", path: `members[value eq "${bo.id}"]` });
  await note();
  await patch(org, path, { op: "add", path: "members", value: [{ value: cy.id, display: "Cy" }] });
  await note();
  await org.scim("DELETE", `/Users/${cy.id}`);
  await note();
  await org.scim("PUT", path, { displayName: "Platform", members: [] });
  await note();
  assert.equal(new Set(tags).size, tags.length, tags.join(" "));
});

test("a user whose groups change is read anew, and may still be written by whoever knew the version before", async () => {
  const org = await newOrganization(service);
  const { id, meta } = await pushUser(org);
  const group = await pushGroup(org, "Platform", [id]);
  const inGroup = await org.scim("GET", `/Users/${id}`, undefined, { "if-none-match": meta.version });
  assert.deepEqual([inGroup.status, inGroup.body.groups[0].display], [200, "Platform"]);
  const tag = inGroup.headers.get("etag") ?? "";
  const again = await org.scim("GET", `/Users/${id}`, undefined, { "if-none-match": tag });
  assert.equal(again.status, 304);
  await patch(org, `/Groups/${group.id}`, { op: "replace", path: "displayName", value: "Security" });
  const renamed = await org.scim("GET", `/Users/${id}`, undefined, { "if-none-match": tag });
  assert.deepEqual([renamed.status, renamed.body.groups[0].display], [200, "Security"]);
  const title = { Operations: [{ op: "replace", path: "title", value: "Lead" }] };
  assert.equal((await org.scim("PATCH", `/Users/${id}`, title, { "if-match": meta.version })).status, 200);
  const version = renamed.headers.get("etag");
  const [user] = await findUsers(
    org,
    `meta.version eq ${JSON.stringify((await org.scim("GET", `/Users/${id}`)).body.meta.version)}`,
  );
  assert.equal(user.id, id);
  assert.deepEqual(await findUsers(org, `meta.version eq ${JSON.stringify(version)}`), []);
});

test("a deletion of many members of one group at once waits for no circle, and leaves the group whole", async () => {
  const org = await newOrganization(service);
  const people = await Promise.all(Array.from({ length: 12 }, () => pushUser(org)));
  const ids = people.map(({ id }) => id);
  const groups = await Promise.all(["A", "B", "C"].map((name) => pushGroup(org, name, ids)));
  const renames = groups.map(({ id }, i) =>
    patch(org, `/Groups/${id}`, { op: "replace", path: "externalId", value: `${i}` }),
  );
  const deletions = ids.slice(2).map((id) => org.scim("DELETE", `/Users/${id}`));
  for (const { status, body } of await Promise.all([...renames, ...deletions])) assert.equal(status, 204, body);
  for (const { id } of groups) assert.deepEqual(await groupMembers(org, id), ids.slice(0, 2).sort());
});

test("a PATCH of a group answers 204 with its ETag, and with the group where attributes are named", async () => {
  const org = await newOrganization(service);
  const { id } = await pushGroup(org, "Platform");
  const rename = (displayName: string) => ({ Operations: [{ op: "replace", value: { displayName } }] });
  const empty = await org.scim("PATCH", `/Groups/${id}`, rename("Security"));
  assert.deepEqual([empty.status, empty.body, empty.headers.get("etag")], [204, undefined, 'W/"2"']);
  const shown = await org.scim("PATCH", `/Groups/${id}?attributes=displayName`, rename("Sales"));
  assert.deepEqual([shown.status, shown.body.displayName, shown.body.members], [200, "Sales", undefined]);
});
