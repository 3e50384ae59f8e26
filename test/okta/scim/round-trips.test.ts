import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { projectRoot } from "../../../src/root.ts";
import { newOrganization, oktaUser, type ScimAnswer, type TestOrganization } from "../../support/organization.ts";
import { roundTrips } from "../../support/round-trips.ts";
import { startTestService } from "../../support/service.ts";
import { fill, patch, pushGroup, pushUser } from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

type Operation = (org: TestOrganization) => Promise<() => Promise<ScimAnswer>>;

const get = (path: (org: TestOrganization) => Promise<string> | string): Operation => {
  return async (org) => {
    const at = await path(org);
    return () => org.scim("GET", at);
  };
};
const list = (query: string) => get(() => query);
const filtered = (resources: string, filter: string) => list(`/${resources}?filter=${encodeURIComponent(filter)}`);
const groupOf = async (org: TestOrganization, size: number) => {
  const people = await fill(org, size);
  return { people, id: (await pushGroup(org, "Platform", people)).id as string };
};

/** How each operation of the table in docs/architecture.md is done. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  "`POST /Users`, nobody is like them": async (org) => () => org.scim("POST", "/Users", oktaUser()),
  "`POST /Users`, a member is linked": async (org) => {
    const user = oktaUser();
    await org.addMember(user.userName);
    return () => org.scim("POST", "/Users", user);
  },
  "`POST /Users`, refused as a duplicate": async (org) => {
    const user = oktaUser();
    await org.scim("POST", "/Users", user);
    return () => org.scim("POST", "/Users", { ...user, externalId: "other" });
  },
  "`GET /Users/:id`": get(async (org) => `/Users/${(await pushUser(org)).id}`),
  "`PUT` or `PATCH /Users/:id`, something changes": async (org) => {
    const { id } = await pushUser(org);
    return () => patch(org, `/Users/${id}`, { op: "replace", value: { active: false } });
  },
  "`PUT` or `PATCH /Users/:id`, nothing changes": async (org) => {
    const { id } = await pushUser(org);
    return () => patch(org, `/Users/${id}`, { op: "replace", value: { active: true } });
  },
  "`DELETE /Users/:id`": async (org) => {
    const { id } = await pushUser(org);
    return () => org.scim("DELETE", `/Users/${id}`);
  },
  "`GET /Users`, a lookup by `userName`, `id`, `externalId` or address": filtered(
    "Users",
    'emails eq "a@example.test"',
  ),
  "`GET /Users`, any page by index": list("/Users?startIndex=1&count=100"),
  "`GET /Users`, any page by cursor": list("/Users?cursor="),
  "`GET /Users`, any other filter or order": filtered("Users", 'title co "x" and not (active eq true)'),
  "`POST /Groups` with members": async (org) => {
    const members = (await fill(org, 20)).map((value) => ({ value }));
    return () => org.scim("POST", "/Groups", { displayName: "Platform", members });
  },
  "`GET /Groups/:id`, up to 1,000 members": get(async (org) => `/Groups/${(await groupOf(org, 20)).id}`),
  "`GET /Groups/:id` of 2,500 members": get(async (org) => `/Groups/${(await groupOf(org, 2_500)).id}`),
  "`GET /Groups/:id` without members": get(
    async (org) => `/Groups/${(await groupOf(org, 20)).id}?excludedAttributes=members`,
  ),
  "`PUT /Groups/:id`, all members": async (org) => {
    const { people, id } = await groupOf(org, 20);
    const members = people.slice(1).map((value) => ({ value }));
    return () => org.scim("PUT", `/Groups/${id}`, { displayName: "Platform", members });
  },
  "`PATCH /Groups/:id`, members come": async (org) => {
    const { id } = await groupOf(org, 5);
    const value = [{ value: (await pushUser(org)).id }];
    return () => patch(org, `/Groups/${id}`, { op: "add", path: "members", value });
  },
  "`PATCH /Groups/:id`, hundreds of operations, members come and go": async (org) => {
    const { people, id } = await groupOf(org, 300);
    const value = [{ value: (await pushUser(org)).id }];
    const removals = people.map((one) => ({ op: "remove", path: `members[value eq "${one}"]` }));
    return () => patch(org, `/Groups/${id}`, ...removals, { op: "add", path: "members", value });
  },
  "`PATCH /Groups/:id`, *push now*": async (org) => {
    const { people, id } = await groupOf(org, 300);
    const value = people.slice(5).map((one) => ({ value: one }));
    return () => patch(org, `/Groups/${id}`, { op: "replace", path: "members", value });
  },
  "`PATCH /Groups/:id`, a new name": async (org) => {
    const { id } = await groupOf(org, 5);
    return () => patch(org, `/Groups/${id}`, { op: "replace", value: { displayName: "Renamed" } });
  },
  "`DELETE /Groups/:id`": async (org) => {
    const { id } = await groupOf(org, 5);
    return () => org.scim("DELETE", `/Groups/${id}`);
  },
  "`GET /Groups`, a lookup by `displayName`, `id` or `externalId`": filtered("Groups", 'displayName eq "nobody"'),
  "`GET /Groups`, any page without members": list("/Groups?excludedAttributes=members"),
  "`GET /Groups`, a page with members": get(async (org) => {
    await groupOf(org, 5);
    return "/Groups";
  }),
  "a request that changes nothing, or is refused, besides": get(async (org) => `/Users/${(await pushUser(org)).id}`),
  "a token that is not remembered, besides": async (org) => {
    const { id } = await pushUser(org);
    service.parts.gate.forget();
    return () => org.scim("GET", `/Users/${id}`);
  },
};

/** What the document says: round trips by operation. */
function documented(): ReadonlyMap<string, number> {
  const text = readFileSync(join(projectRoot, "docs/architecture.md"), "utf8");
  const [, table = ""] = /\| operation \| round trips \|\n\|---\|---\|\n((?:\|.*\|\n)+)/.exec(text) ?? [];
  return new Map(
    table
      .trim()
      .split("\n")
      .map((line) => line.split("|").map((cell) => cell.trim()))
      .map(([, operation = "", trips = ""]) => [operation, Number(trips)]),
  );
}

/** What the gate asks about a token that it does not remember; it may hear of a new organization at any moment. */
const ofTheGate = (statement: string) => statement.includes("scim_tokens");

/** What writes down requests that no change writes down; requests of one moment share it. */
const ofTheRecorder = (statement: string) => statement.includes("json_populate_recordset(NULL::scim_requests, $1)");

/** Which statements a row of the table counts. */
function counts(name: string): (statement: string) => boolean {
  if (name.startsWith("a token")) return ofTheGate;
  if (name.endsWith("besides")) return ofTheRecorder;
  return (statement) => !ofTheGate(statement) && !ofTheRecorder(statement);
}

describe("an operation costs the round trips that docs/architecture.md says", () => {
  const table = documented();
  test("the table names each operation, and no other", () => {
    assert.deepEqual([...table.keys()], Object.keys(OPERATIONS));
  });
  for (const [name, prepare] of Object.entries(OPERATIONS)) {
    test(name, async () => {
      const org = await newOrganization(service);
      const statements = await roundTrips(await prepare(org));
      const counted = statements.filter(counts(name));
      assert.equal(counted.length, table.get(name), counted.join("\n"));
    });
  }
});
