import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { recordAttempt } from "../../src/domain/sso/attempts.ts";
import type { Route } from "../../src/web/edge/doors.ts";
import { apexRoutes, organizationRoutes } from "../../src/web/routes.ts";
import { ownGroup } from "../okta/mapping.ts";
import { record } from "../support/activity.ts";
import { cookiesOf, newOrganization, oktaUser, type TestOrganization } from "../support/organization.ts";
import { startTestService } from "../support/service.ts";
import { type Source, sources, withoutComments } from "./sources.ts";

const TABLES = [
  "members",
  "sessions",
  "sign_in_links",
  "recovery_codes",
  "recovery_uses",
  "audit_events",
  "jobs",
  "integrations",
  "integration_certificates",
  "service_provider_keys",
  "scim_tokens",
  "revoked_scim_tokens",
  "refused_scim_tokens",
  "used_assertions",
  "sign_in_requests",
  "git_connections",
  "git_flows",
  "directory_users",
  "directory_stretches",
  "directory_groups",
  "group_memberships",
  "groups",
  "group_members",
  "mappings",
  "scim_requests",
  "sign_in_attempts",
];

/** Statements about every organization, on purpose. */
const EVERYWHERE = {
  "src/domain/sso/sweep.ts": "what has expired opens nothing anywhere",
  "src/domain/activity/prune.ts": "what is too old is so everywhere",
  "src/domain/audit/prune.ts": "what is too old is so everywhere",
  "src/domain/integration/expiring-tokens.ts": "every token that expires soon is told of, in its own organization",
  "src/domain/git/reseal.ts": "a key that is retired is retired everywhere",
  "src/domain/integration/reseal-keys.ts": "a key that is retired is retired everywhere",
  "src/domain/jobs/worker.ts": "a worker takes the jobs of all organizations",
  "src/domain/jobs/jobs.ts getJob": "the operator follows a job by its id",
} as const;

const NAMED = new RegExp(`\\b(?:FROM|JOIN|UPDATE|INTO|USING) (?:${TABLES.join("|")})\\b`, "g");
const BUILT = new RegExp(
  `\\.(?:selectFrom|updateTable|deleteFrom|insertInto|innerJoin|leftJoin)\\("(?:${TABLES.join("|")})\\b`,
  "g",
);
/** The rows of events and requests are JSON values that carry their organization. */
const EVENT = /INSERT INTO (?:audit_events SELECT e|scim_requests SELECT r)\.\* FROM/g;

interface Declaration {
  readonly name: string;
  readonly text: string;
}

/** The top level of a file, with the texts that statements are put together from written out. */
function declarations(file: Source): Declaration[] {
  const parts = withoutComments(file.text).split(/\n(?=(?:export |const |async function |function |class ))/);
  const named = parts.map((text) => ({ text, name: /(?:function|const|class)\s+(\w+)/.exec(text)?.[1] ?? "" }));
  const fragments = new Map(named.filter(({ text }) => isFragment(text)).map(({ name, text }) => [name, text]));
  const whole = named.filter(({ name }) => !fragments.has(name));
  return whole.map(({ name, text }) => ({ name, text: writtenOut(text, fragments) }));
}

function isFragment(text: string): boolean {
  return /^(?:export )?const \w+ =\s*[`"]/.test(text);
}

function writtenOut(text: string, fragments: ReadonlyMap<string, string>): string {
  let result = text;
  for (let depth = 0; depth < 3; depth++) {
    result = result.replace(/\$\{(?:sql\.raw\()?(\w+)\)?\}/g, (whole, name: string) => fragments.get(name) ?? whole);
  }
  return result;
}

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

describe("every statement about a tenant's rows says whose they are", () => {
  const files = sources("src/domain");
  let statements = 0;
  for (const file of files) {
    for (const { name, text } of declarations(file)) {
      const tables = count(text, NAMED) + count(text, BUILT) - count(text, EVENT);
      const place = Object.keys(EVERYWHERE).find((each) => `${file.path} ${name}`.startsWith(each));
      if (tables <= 0 || place) continue;
      statements++;
      test(`${file.path}: ${name}`, () => {
        const keys = count(text, /\borganization_id\b/g);
        assert.ok(keys >= tables, `${tables} tables, and organization_id ${keys} times:\n${text}`);
      });
    }
  }

  test("and there are many of them", () => assert.ok(statements > 40, `${statements}`));
});

const service = await startTestService();
after(() => service.stop());

interface Belongings {
  readonly org: TestOrganization;
  readonly ids: Readonly<Record<string, string>>;
}

/** An organization with one of each thing that has an id. */
async function withThings(): Promise<Belongings> {
  const org = await newOrganization(service);
  const user = (await org.scim("POST", "/Users", oktaUser())).body.id as string;
  const group = (await org.scim("POST", "/Groups", { displayName: "Engineering", members: [{ value: user }] })).body.id;
  const member = (await org.addMember("somebody@example.test")).id;
  const api = `/organizations/${org.organization.slug}/okta-integration`;
  const token = ((await (await service.operator("POST", `${api}/scim-tokens`, {})).json()) as { id: string }).id;
  const integration = (await (await service.operator("GET", api)).json()) as {
    certificates: { fingerprintSha256: string }[];
  };
  const fingerprint = integration.certificates[0]?.fingerprintSha256 ?? "";
  const [request = ""] = await record(org, {});
  const own = await ownGroup(org, "Deployers");
  const attempt = await testedOnce(org);
  return { org, ids: { own, user, group, member, token, fingerprint, request, attempt } };
}

/** A test of the sign-in, as it is kept. */
async function testedOnce(org: TestOrganization): Promise<string> {
  const scope = { ...org.scope, now: service.clock.now };
  const attempt = { purpose: "test", examination: undefined, userAgent: undefined } as const;
  return (await recordAttempt(scope, attempt)) ?? "";
}

const here = await withThings();
const there = await withThings();

/** What the parameter of a route names, by the part of the path before it. */
const THINGS: Readonly<Record<string, string>> = {
  "/okta/scim/Users/:id": "user",
  "/okta/scim/Groups/:id": "group",
  "/people/:id": "member",
  "/people/:id/role": "member",
  "/people/:id/remove": "member",
  "/people/:id/sessions": "member",
  "/people/:id/corporate-email": "member",
  "/groups/:id": "own",
  "/groups/:id/members": "own",
  "/groups/:id/delete": "own",
  "/settings/okta/activity/:id": "request",
  "/settings/okta/test/:id": "attempt",
  "/api/v1/organizations/:slug/members/:id": "member",
  "/api/v1/organizations/:slug/okta-integration/scim-tokens/:id": "token",
};

/** Parameters that name nothing of an organization's. */
const PUBLIC = [
  "/okta/scim/ResourceTypes/:id",
  "/okta/scim/Schemas/:id",
  "/api/v1/jobs/:id",
  // One of three git hosts.
  "/account/git/:provider/connect",
  "/account/git/:provider/disconnect",
  "/account/git/:provider/check",
  "/sign-in/git/:provider",
  "/oauth/:provider/callback",
  // Both play the same identity provider here, so both have the same certificate.
  "/api/v1/organizations/:slug/okta-integration/certificates/:fingerprintSha256",
  // Counted in each organization from 1.
  "/api/v1/organizations/:slug/okta-integration/keys/:number",
];

const BODIES: Readonly<Record<string, unknown>> = {
  "PUT /okta/scim/Users/:id": oktaUser(),
  "PATCH /okta/scim/Users/:id": {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    Operations: [{ op: "replace", value: { active: false } }],
  },
  "PUT /okta/scim/Groups/:id": { displayName: "Taken over" },
  "PATCH /okta/scim/Groups/:id": {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    Operations: [{ op: "replace", value: { displayName: "Taken over" } }],
  },
  "PATCH /api/v1/organizations/:slug/members/:id": { role: "owner" },
};

/** Everything that is kept of an organization, to see that nobody touched it. */
async function everything({ org }: Belongings): Promise<string> {
  const { db } = service.parts;
  const rows = await Promise.all([
    db.selectFrom("members").selectAll().where("organization_id", "=", org.organization.id).orderBy("id").execute(),
    db.selectFrom("directory_users").selectAll().where("organization_id", "=", org.organization.id).execute(),
    db.selectFrom("directory_groups").selectAll().where("organization_id", "=", org.organization.id).execute(),
    db.selectFrom("group_memberships").selectAll().where("organization_id", "=", org.organization.id).execute(),
    db.selectFrom("groups").selectAll().where("organization_id", "=", org.organization.id).execute(),
    db.selectFrom("scim_tokens").select("id").where("organization_id", "=", org.organization.id).execute(),
    db.selectFrom("sessions").select("id").where("organization_id", "=", org.organization.id).execute(),
  ]);
  return JSON.stringify(rows);
}

const withId = [...organizationRoutes, ...apexRoutes].filter(
  ({ path, method }) => method !== "ALL" && /:(?!slug)/.test(path) && !PUBLIC.includes(path),
);

describe("an id of another organization is 404", async () => {
  const cookie = await here.org.signIn(here.org.owner.email);

  test("and every route with an id is tried", () => {
    assert.deepEqual(
      [...new Set(withId.map(({ path }) => path))].filter((path) => !THINGS[path]),
      [],
    );
  });

  for (const route of withId) {
    test(`at ${route.method} ${route.path}, and is what it was before`, async () => {
      const before = await everything(there);
      assert.notEqual((await askFor(route, cookie, there, "GET")).status, 200);
      const response = await askFor(route, cookie, there);
      assert.equal(response.status, 404, await response.text());
      assert.equal(await everything(there), before);
    });

    test(`at ${route.method} ${route.path}, where one of the own is not`, async () => {
      if (route.method !== "GET") return;
      assert.equal((await askFor(route, cookie, here)).status, 200);
    });
  }

  test("where it stands in a form: a SCIM token", async () => {
    const before = await everything(there);
    const id = there.ids["token"] ?? "";
    assert.equal((await here.org.page("/settings/okta/token/revoke", cookie, { id })).status, 404);
    assert.equal(await everything(there), before);
  });

  test("where it stands in a form: a session, also another member's of the same organization", async () => {
    const member = await here.org.signIn("somebody@example.test");
    await there.org.signIn(there.org.owner.email);
    for (const session of [await sessionOf(there), browserId(cookie)]) {
      const before = [await everything(there), await everything(here)];
      assert.equal((await here.org.page("/account/sessions", member, { session })).status, 404);
      assert.deepEqual([await everything(there), await everything(here)], before);
    }
  });

  test("where it stands in a group: the members of another directory are not taken", async () => {
    const value = there.ids["user"];
    const { status } = await here.org.scim("POST", "/Groups", { displayName: "Mixed", members: [{ value }] });
    const { body } = await here.org.scim("GET", '/Groups?filter=displayName eq "Mixed"');
    const members = (body.Resources ?? []).flatMap((group: { members?: unknown[] }) => group.members ?? []);
    assert.ok(status === 400 || status === 404 || members.length === 0, `${status}`);
    assert.deepEqual(members, []);
  });

  test("where it stands in a filter: nothing is found", async () => {
    for (const name of ["user", "group"]) {
      const [kind, id] = [name === "user" ? "Users" : "Groups", there.ids[name]];
      const { body } = await here.org.scim("GET", `/${kind}?filter=${encodeURIComponent(`id eq "${id}"`)}`);
      assert.equal(body.totalResults, 0);
    }
  });
});

describe("lists hold what is one's own", () => {
  test("users, groups, members and events", async () => {
    const users = (await here.org.scim("GET", "/Users?count=100")).body.Resources as { id: string }[];
    assert.deepEqual(
      users.map(({ id }) => id),
      [here.ids["user"]],
    );
    for (const list of ["members", "audit-events", "groups"]) {
      const response = await service.operator("GET", `/organizations/${here.org.organization.slug}/${list}?limit=100`);
      const text = await response.text();
      assert.equal(response.status, 200, text);
      for (const id of Object.values(there.ids).filter((each) => each !== there.ids["fingerprint"])) {
        assert.ok(!text.includes(id), `${list} shows ${id}`);
      }
    }
  });

  test("the same email is two members who know nothing of each other", async () => {
    const email = "twice@example.test";
    await here.org.addMember(email, "admin");
    await there.org.addMember(email, "member");
    const cookie = await here.org.signIn(email);
    assert.equal((await here.org.page("/account", cookie)).status, 200);
    assert.equal((await there.org.page("/account", cookie)).status, 303);
    const link = await there.org.signIn(email);
    assert.equal((await there.org.page("/settings", link)).status, 403);
  });
});

test("a sign-in link of one organization signs nobody in at another", async () => {
  const slug = there.org.organization.slug;
  const made = await service.operator("POST", `/organizations/${slug}/sign-in-links`, { email: there.org.owner.email });
  const token = new URL(((await made.json()) as { url: string }).url).searchParams.get("token") ?? "";
  const response = await here.org.page("/sign-in/link", undefined, { token });
  assert.equal(response.status, 403);
  assert.equal(cookiesOf(response), "");
  assert.equal((await there.org.page("/sign-in/link", undefined, { token })).status, 303);
});

/** Asks for a thing of `owner` with the keys of this organization. */
function askFor(route: Route, cookie: string, owner: Belongings, method: string = route.method): Promise<Response> {
  const thing = THINGS[route.path] ?? "";
  const path = route.path.replace(":slug", here.org.organization.slug).replace(/:\w+/, owner.ids[thing] ?? "");
  const atApex = route.path.startsWith("/api/");
  const { config } = service.parts;
  const body = method === "GET" ? undefined : BODIES[`${method} ${route.path}`];
  return service.fetch(`${atApex ? config.baseUrl.origin : here.org.url}${path}`, {
    method,
    headers: {
      cookie,
      origin: here.org.url,
      authorization: `Bearer ${atApex ? config.operatorToken : here.org.token}`,
      ...(body !== undefined && { "content-type": atApex ? "application/json" : "application/scim+json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

async function sessionOf({ org }: Belongings): Promise<string> {
  const select = service.parts.db.selectFrom("sessions").select("id");
  return (await select.where("organization_id", "=", org.organization.id).executeTakeFirstOrThrow()).id;
}

function browserId(cookie: string): string {
  return /__Host-browser=([^;]+)/.exec(cookie)?.[1] ?? "";
}
