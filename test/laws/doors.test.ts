import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import type { Route } from "../../src/web/edge/doors.ts";
import { apexRoutes, organizationRoutes } from "../../src/web/routes.ts";
import { newOrganization, type TestOrganization } from "../support/organization.ts";
import { BASE_URL, startTestService } from "../support/service.ts";

const service = await startTestService();
after(() => service.stop());
const [home, other] = [await newOrganization(service), await newOrganization(service)];
await home.addMember("member@example.test");

/** Everything that a stranger may ask for. A new open door is opened here too, or this test fails. */
const OPEN_AT_ORGANIZATION = [
  "GET /sign-in",
  "GET /sign-in/errors",
  "GET /sign-in/link",
  "POST /sign-in/link",
  "GET /sign-in/recovery",
  "POST /sign-in/recovery",
  "POST /sign-out",
  "GET /sign-in/git/:provider",
  "GET /oauth/return",
  "POST /okta/auth",
  "GET /okta/login",
  "GET /okta/metadata",
  "GET /okta/scim/ServiceProviderConfig",
  "GET /okta/scim/ResourceTypes",
  "GET /okta/scim/ResourceTypes/:id",
  "GET /okta/scim/Schemas",
  "GET /okta/scim/Schemas/:id",
  "ALL /okta/scrim",
  "ALL /okta/scrim/*",
];
const OPEN_AT_APEX = [
  "GET /",
  "GET /setup",
  "POST /setup",
  "GET /oauth/:provider/callback",
  "GET /api/v1/openapi.json",
  "GET /api/v1/docs",
];

/** What every member may open; the rest of the pages is for owners and admins. */
const FOR_MEMBERS = [
  "GET /",
  "GET /welcome",
  "GET /account",
  "GET /account/git/:provider/connect",
  "GET /account/git/:provider/disconnect",
  "POST /account/git/:provider/disconnect",
  "POST /account/git/:provider/check",
  "GET /account/name",
  "POST /account/name",
  "POST /account/sessions",
  "GET /account/corporate-email",
  "POST /account/corporate-email",
  "GET /people",
  "GET /groups",
  "GET /groups/:id",
];

/** The one form that another site is meant to post. */
const CROSS_SITE = ["POST /okta/auth"];

type Place = "organization" | "apex";
const ROUTES: readonly (readonly [Place, Route])[] = [
  ...organizationRoutes.map((route) => ["organization", route] as const),
  ...apexRoutes.map((route) => ["apex", route] as const),
];
const shut = ROUTES.filter(([place, route]) => !openAt(place).includes(nameOf(route)));
const pages = shut.filter(([, { door }]) => "permission" in door);
const scim = shut.filter(([, { door }]) => "directory" in door);
const operator = shut.filter(([, { door }]) => "operator" in door);

function openAt(place: Place): readonly string[] {
  return place === "apex" ? OPEN_AT_APEX : OPEN_AT_ORGANIZATION;
}

function nameOf({ method, path }: Route): string {
  return `${method} ${path}`;
}

/** A request to a route, with something in the place of each parameter. */
function ask(place: Place, route: Route, headers: Record<string, string> = {}, at: string = urlOf(place)) {
  const method = route.method === "ALL" ? "GET" : route.method;
  const path = route.path
    .replace(":slug", home.organization.slug)
    .replace(/:\w+|\*/g, "0190a5e0-0000-7000-8000-000000000000");
  const body = method === "GET" || method === "DELETE" ? {} : { body: new URLSearchParams({ token: "x" }) };
  return service.fetch(`${at}${path}`, { method, headers, ...body });
}

function urlOf(place: Place): string {
  return place === "apex" ? BASE_URL : home.url;
}

async function assertSentToSignIn(route: Route, response: Response): Promise<void> {
  if (route.method === "GET") {
    assert.equal(response.status, 303);
    assert.match(response.headers.get("location") ?? "", /^\/sign-in(?:\?next=%2F[\w%.-]*)?$/);
  } else assert.equal(response.status, 401, await response.text());
  assert.deepEqual(response.headers.getSetCookie(), []);
}

test("the open doors are those that this file names, no more and no fewer", () => {
  for (const place of ["organization", "apex"] as const) {
    const open = ROUTES.filter(([where, { door }]) => where === place && "open" in door).map(([, route]) =>
      nameOf(route),
    );
    assert.deepEqual(open.sort(), [...openAt(place)].sort());
  }
  const crossSite = ROUTES.filter(([, { door }]) => "open" in door && door.crossSite).map(([, route]) => nameOf(route));
  assert.deepEqual(crossSite, CROSS_SITE);
});

test("every door is in one of three walls", () => {
  assert.equal(pages.length + scim.length + operator.length, shut.length);
  assert.ok(pages.length > 10 && scim.length > 10 && operator.length > 10);
});

describe("a stranger", () => {
  for (const [place, route] of pages) {
    test(`is sent to the sign-in page by ${nameOf(route)}`, async () => {
      await assertSentToSignIn(route, await ask(place, route, { origin: home.url }));
    });
  }

  for (const [place, route] of [...scim, ...operator]) {
    test(`without a token is refused by ${place === "apex" ? "" : "the directory's "}${nameOf(route)}`, async () => {
      const response = await ask(place, route, { origin: urlOf(place) });
      assert.equal(response.status, 401);
      assert.match(response.headers.get("www-authenticate") ?? "", /^Bearer/);
      assert.match(response.headers.get("content-type") ?? "", /application\/(?:scim|problem)\+json/);
    });
  }
});

describe("what opens another organization opens nothing here", async () => {
  const cookie = await other.signIn(other.owner.email);
  for (const [place, route] of pages) {
    test(`its owner's session at ${nameOf(route)}`, async () => {
      await assertSentToSignIn(route, await ask(place, route, { cookie, origin: home.url }));
    });
  }

  for (const [place, route] of scim) {
    test(`its SCIM token at ${nameOf(route)}`, async () => {
      const response = await ask(place, route, { authorization: `Bearer ${other.token}` });
      assert.equal(response.status, 401);
    });
  }
});

describe("a key fits one wall", () => {
  test("neither a session, nor a SCIM token, nor somebody else's word opens the operator API", async () => {
    const session = (await home.signIn(home.owner.email)).replace(/.*__Host-session=([^;]+).*/, "$1");
    for (const token of [home.token, session, "operator", "", `${service.parts.config.operatorToken}x`]) {
      for (const [place, route] of operator) {
        const response = await ask(place, route, {
          authorization: `Bearer ${token}`,
          cookie: `__Host-session=${session}`,
        });
        assert.equal(response.status, 401, nameOf(route));
      }
    }
  });

  test("neither the operator token nor a session opens SCIM", async () => {
    const session = (await home.signIn(home.owner.email)).replace(/.*__Host-session=([^;]+).*/, "$1");
    for (const token of [service.parts.config.operatorToken, session]) {
      for (const [place, route] of scim) {
        const response = await ask(place, route, {
          authorization: `Bearer ${token}`,
          cookie: `__Host-session=${session}`,
        });
        assert.equal(response.status, 401, nameOf(route));
      }
    }
  });

  test("no token opens a page, and no token is taken from an address", async () => {
    for (const token of [home.token, service.parts.config.operatorToken]) {
      for (const [place, route] of pages) {
        const headers = { authorization: `Bearer ${token}`, cookie: `__Host-session=${token}`, origin: home.url };
        await assertSentToSignIn(route, await ask(place, route, headers));
      }
    }
    const address = `${home.url}/okta/scim/Users?access_token=${home.token}`;
    assert.equal((await service.fetch(address)).status, 401);
  });
});

describe("a member", async () => {
  const cookie = await home.signIn("member@example.test");
  for (const [place, route] of pages) {
    const allowed = FOR_MEMBERS.includes(nameOf(route));
    test(`${allowed ? "may open" : "is told whom to ask instead of"} ${nameOf(route)}`, async () => {
      const response = await ask(place, route, { cookie, origin: home.url });
      if (allowed) return assert.ok(![401, 403].includes(response.status), `${response.status}`);
      const page = await response.text();
      assert.equal(response.status, 403, page);
      assert.ok(page.includes(home.owner.email));
    });
  }
});

/** Where a page may come from that is not ours. */
function foreignOrigins(ours: string): (string | undefined)[] {
  const { protocol, port } = new URL(ours);
  return [
    "https://evil.example",
    other.url,
    "null",
    undefined,
    `${ours}.evil.example`,
    `${protocol}//localhost:${port}1`,
  ];
}

describe("a form that another site's page posts is refused", async () => {
  const cookie = await home.signIn(home.owner.email);
  const forms = ROUTES.filter(([, route]) => route.method === "POST" && !CROSS_SITE.includes(nameOf(route)));
  const browsers = forms.filter(([, { door }]) => "permission" in door || ("open" in door && door.open !== "scim"));
  assert.ok(browsers.length > 5);
  for (const [place, route] of browsers) {
    test(`by ${nameOf(route)}`, async () => {
      for (const origin of foreignOrigins(urlOf(place))) {
        const response = await ask(place, route, { cookie, ...(origin && { origin }) });
        assert.equal(response.status, 403, origin);
        assert.match(await response.text(), /sent from another site/);
        assert.deepEqual(response.headers.getSetCookie(), []);
      }
    });
  }

  test("and nobody was signed out by it", async () => {
    assert.equal((await home.page("/", cookie)).status, 200);
  });
});

describe("doors stand where they belong", () => {
  test("an organization's are not at the apex, at another host, or at an organization that is not there", async () => {
    const apexPaths = apexRoutes.map(({ path }) => path);
    const only = organizationRoutes.filter(({ path, method }) => method !== "ALL" && !apexPaths.includes(path));
    for (const route of only) {
      for (const at of [BASE_URL, "http://localhost.example:3000", "http://nobody-here.localhost:3000"]) {
        const response = await ask("organization", route, { authorization: `Bearer ${home.token}`, origin: at }, at);
        assert.equal(response.status, 404, `${nameOf(route)} at ${at}`);
      }
    }
  });

  test("the apex's are not at an organization", async () => {
    const paths = organizationRoutes.map(({ path }) => path);
    const headers = { authorization: `Bearer ${service.parts.config.operatorToken}`, origin: home.url };
    for (const route of apexRoutes.filter(({ path }) => !paths.includes(path))) {
      const response = await ask("apex", route, headers, home.url);
      assert.equal(response.status, 404, nameOf(route));
    }
  });

  test("a known address that is asked in another way answers 405 and says how it is asked", async () => {
    // `/Users/.search` asked with PUT is a user with that id.
    const posts = ROUTES.filter(([, { method, path }]) => method === "POST" && !path.endsWith("/.search"));
    for (const [place, route] of posts) {
      const response = await ask(place, { ...route, method: "PUT" }, await keysOf(home));
      const known = ROUTES.some(
        ([where, { method, path }]) => where === place && method === "PUT" && path === route.path,
      );
      if (!known) assert.equal(response.status, 405, nameOf(route));
      if (!known) assert.match(response.headers.get("allow") ?? "", /POST/, nameOf(route));
    }
  });
});

async function keysOf(org: TestOrganization): Promise<Record<string, string>> {
  return { authorization: `Bearer ${service.parts.config.operatorToken}`, origin: org.url };
}
