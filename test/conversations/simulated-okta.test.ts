import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, type TestContext, test } from "node:test";
import { getRequestListener } from "@hono/node-server";
import type { AppSettings } from "../../dev/okta/org.ts";
import { type OktaOrg, startOkta } from "../../dev/okta/server.ts";
import type { Env } from "../../src/web/edge/context.ts";
import { connectedMembers, findUsers, groupMembers, memberOf, membersOf } from "../okta/scim/directory.ts";
import { newOrganization, type TestOrganization } from "../support/organization.ts";
import { startTestService, type TestService } from "../support/service.ts";

const { service, server } = await listeningService();
after(async () => {
  server.closeAllConnections();
  server.close();
  await service.stop();
});

for (const generation of ["wizard", "catalogue"] as const) {
  test(`over HTTP, Okta's ${generation} app provisions people from assignment to leaving and back`, async (t) => {
    const { okta, org } = await connected(t, generation);
    await org.addMember("Bo.Li@example.test", "admin", "Bo from before");
    const ada = okta.addPerson({ firstName: "Ada", lastName: "Park", email: "ada@example.test", department: "Sales" });
    const bo = okta.addPerson({ firstName: "Bo", lastName: "Li", email: "bo.li@example.test" });
    for (const { id } of [ada, bo]) assertGood(okta, await okta.assign(id));
    assert.equal(await connectedMembers(org), 2);
    assert.equal((await memberOf(org, "Bo.Li@example.test")).name, "Bo from before");
    assert.equal((await memberOf(org, "ada@example.test")).name, "Ada Park");

    assertGood(okta, await okta.updatePerson(ada.id, { firstName: "Adeline" }));
    assert.equal((await memberOf(org, "ada@example.test")).name, "Adeline Park");
    const before = okta.person(ada.id).app.remoteId;
    assertGood(okta, await okta.unassign(ada.id));
    assert.equal((await memberOf(org, "ada@example.test")).state, "deactivated");
    assertGood(okta, await okta.assign(ada.id));
    assert.equal(okta.person(ada.id).app.remoteId, before);
    assert.equal(await connectedMembers(org), 2);
    assertGood(okta, await okta.deactivate(bo.id));
    assert.equal(await connectedMembers(org), 1);
    assertGood(okta, await okta.reactivate(bo.id));
    assert.equal((await memberOf(org, "Bo.Li@example.test")).role, "admin");
  });

  test(`over HTTP, Okta's ${generation} app pushes groups and imports what it pushed`, async (t) => {
    const { okta, org } = await connected(t, generation);
    const people = ["cleo", "dan", "eve"].map((name) =>
      okta.addPerson({ firstName: name, lastName: "Ro", email: `${name}@example.test` }),
    );
    for (const { id } of people) assertGood(okta, await okta.assign(id));
    const remote = (...indices: number[]) =>
      indices.map((index) => okta.person(people[index]?.id ?? "").app.remoteId).sort();
    const ids = people.map((person) => person.id);
    const { id } = okta.addGroup({ name: "Platform Team", memberIds: ids.slice(0, 2) });
    const { remoteId = "" } = assertPushed(await okta.pushGroup(id));
    assert.deepEqual(await groupMembers(org, remoteId), remote(0, 1));
    assertPushed(await okta.setGroupMembers(id, ids.slice(1)));
    assert.deepEqual(await groupMembers(org, remoteId), remote(1, 2));
    assertPushed(await okta.renameGroup(id, "Platform"));
    assertPushed(await okta.pushNow(id));
    assert.equal((await org.scim("GET", `/Groups/${remoteId}`)).body.displayName, "Platform");
    const read = await okta.import();
    assert.deepEqual([read.ok, read.users.length, read.groups.length], [true, 3, 1]);
    assertPushed(await okta.setGroupMembers(id, []));
    assert.deepEqual(await groupMembers(org, remoteId), []);
    await okta.unlinkGroup(id);
    assert.equal((await org.scim("GET", `/Groups/${remoteId}`)).status, 404);
    assert.equal((await membersOf(org)).size, 3);
  });
}

test("over HTTP, some orgs create a person again without a lookup, who comes back under the same id", async (t) => {
  const { okta, org } = await connected(t, "wizard");
  const { id } = okta.addPerson({ firstName: "Fay", lastName: "Oh", email: "fay@example.test" });
  const { remoteId } = assertGood(okta, await okta.assign(id)).app;
  await okta.unassign(id);
  assert.equal(assertGood(okta, await okta.assign(id, { lookup: false })).app.remoteId, remoteId);
  assert.equal((await findUsers(org, 'userName eq "fay@example.test"')).length, 1);
});

test("over HTTP, Okta's admin reads our sentence when a push is refused", async (t) => {
  const { okta, org } = await connected(t, "wizard");
  const { id } = okta.addPerson({ firstName: "Olive", lastName: "Owner", email: org.owner.email });
  assertGood(okta, await okta.assign(id));
  const { app } = await okta.unassign(id);
  assert.equal(app.status, "failed");
  assert.match(app.error ?? "", /last active owner of the organization and stays so/);
});

test("over HTTP, a wrong token fails Test Connector with our sentence", async (t) => {
  const { okta } = await connected(t, "wizard", "wrong");
  assert.match((await okta.testConnector()).sentence, /The SCIM token is missing or not valid/);
});

async function connected(t: TestContext, generation: AppSettings["generation"], scimToken?: string) {
  const org = await newOrganization(service);
  const okta = await startOkta();
  t.after(() => okta.stop());
  const scimBaseUrl = `${org.url}/okta/scim`;
  const addresses = { acsUrl: `${org.url}/okta/auth`, audience: org.url, scimBaseUrl };
  const outcome = await okta.connect({
    ...addresses,
    scimToken: scimToken ?? org.token,
    generation,
    importGroups: true,
  });
  assert.equal(outcome.ok, scimToken === undefined, outcome.sentence);
  return { okta, org } satisfies { okta: OktaOrg; org: TestOrganization };
}

function assertGood(okta: OktaOrg, person: ReturnType<OktaOrg["person"]>) {
  assert.equal(person.app.error, undefined);
  assert.ok(okta.log.every((exchange) => exchange.status < 400));
  return person;
}

function assertPushed({ push }: ReturnType<OktaOrg["group"]>) {
  assert.deepEqual([push.status, push.error], ["active", undefined]);
  return push;
}

/** The service behind a real socket; its BASE_URL names the port, which is free before it is known. */
async function listeningService(): Promise<{ service: TestService; server: Server }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const service = await startTestService({ BASE_URL: `http://localhost:${port}` });
  server.on(
    "request",
    getRequestListener((request, bindings) => service.app.fetch(request, bindings as Env["Bindings"])),
  );
  return { service, server };
}
