import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { organizationPages } from "../../src/web/page-routes.ts";
import { ownGroup } from "../okta/mapping.ts";
import { record } from "../support/activity.ts";
import { newOrganization, type TestOrganization } from "../support/organization.ts";
import { readPage } from "../support/page.ts";
import { startTestService, type TestService } from "../support/service.ts";

let service: TestService;
let org: TestOrganization;
let member: string;
let memberId: string;
let admin: string;
before(async () => {
  service = await startTestService();
  org = await newOrganization(service);
  memberId = (await org.addMember("member@example.test")).id;
  await org.addMember("admin@example.test", "admin");
  member = await org.signIn("member@example.test");
  admin = await org.signIn("admin@example.test");
});
after(() => service.stop());

const closed = organizationPages.filter(({ door }) => "permission" in door);
const gets = closed.filter(({ method }) => method === "GET");
const posts = organizationPages.filter(({ method }) => method === "POST");

for (const { path } of gets) {
  test(`a stranger who opens ${path} is sent to the sign-in page and back`, async () => {
    const { status, location } = await readPage(org.page(path));
    assert.equal(status, 303);
    assert.equal(location, path === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(path)}`);
  });

  test(`a session of another organization opens nothing at ${path}`, async () => {
    const other = await newOrganization(service, { integration: "none" });
    assert.equal((await other.page(path, admin)).status, 303);
  });
}

for (const { path, method } of closed.filter((route) => route.path.startsWith("/settings"))) {
  test(`a member who asks for ${method} ${path} is told whom to ask`, async () => {
    const page = await readPage(org.page(path, member, method === "POST" ? {} : undefined));
    assert.equal(page.status, 403);
    assert.match(page.text, new RegExp(`Olive Owner, ${org.owner.email}`));
  });
}

/** What is no page: a stream that goes on for as long as somebody looks, and files. */
const NO_PAGES = [
  "/settings/okta/activity/stream",
  "/audit.csv",
  "/people.csv",
  "/settings/okta/disconnect/people.csv",
];

/** What an admin gets where there is nothing to open, or where an owner has to come: its own tests open it. */
const OTHERWISE: Readonly<Record<string, number>> = {
  "/account/git/:provider/connect": 404,
  "/account/git/:provider/disconnect": 404,
  "/settings/okta/duplicates/merge": 404,
  "/settings/okta/test/:id": 404,
  "/settings/okta/enforcement": 403,
  "/settings/okta/enforcement/codes": 403,
};

const NOBODYS = "0190a5e0-0000-7000-8000-000000000000";

/** The id of something that is here, for a path that names one. */
async function idFor(path: string): Promise<string> {
  if (path.startsWith("/people/")) return memberId;
  if (path.startsWith("/groups/")) return ownGroup(org, `Group of ${path}`);
  const [request = NOBODYS] = path.endsWith("/activity/:id") ? await record(org, {}) : [];
  return request;
}

for (const { path } of gets.filter((route) => !NO_PAGES.includes(route.path))) {
  test(`an admin may open ${path}, which has a title and one heading`, async () => {
    const page = await readPage(org.page(path.replace(":id", await idFor(path)), admin));
    if (page.status === 303)
      return assert.equal(page.location, path.startsWith("/account") ? "/account" : "/settings/okta");
    assert.equal(page.status, OTHERWISE[path] ?? 200);
    assert.match(page.title, /^.+ · Org t-\w+ · Semaphore$/);
    assert.equal(page.html.match(/<h1>/g)?.length, 1);
  });
}

for (const { path } of posts) {
  test(`a form for ${path} that another site posts is refused`, async () => {
    const body = new URLSearchParams({ token: "x", name: "Stolen" });
    for (const origin of ["http://evil.example", "null", service.parts.config.baseUrl.origin]) {
      const answer = await service.fetch(`${org.url}${path}`, {
        method: "POST",
        headers: { origin, cookie: admin },
        body,
      });
      assert.equal(answer.status, 403, origin);
      assert.match((await readPage(answer)).text, /another site/);
    }
  });
}

test("a form that is sent after signing out is refused with a sentence", async () => {
  const page = await readPage(org.page("/settings", undefined, { name: "X" }));
  assert.equal(page.status, 401);
  assert.match(page.text, /sign in, then send the form again/);
});
