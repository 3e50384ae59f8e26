import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { setupToken } from "../../src/web/setup-token.ts";
import { readPage } from "../support/page.ts";
import { BASE_URL, startTestService, type TestService } from "../support/service.ts";

let service: TestService;
let token: string;
before(async () => {
  service = await startTestService({ INTEGRATION_PLANS: "growth,scaleup" });
  token = setupToken(service.parts.config.secretKey);
});
after(() => service.stop());
// Only here is a whole installation emptied: the set-up link is about the first organization of all.
beforeEach(async () => {
  await service.parts.db.deleteFrom("organizations").execute();
  await service.parts.db.updateTable("installation").set({ set_up_at: null }).execute();
});

const filled = { name: "Acme Rockets", slug: "acme", ownerName: "Ada Park", ownerEmail: "ada@acme.test" };

const open = (path: string) => readPage(service.fetch(`${BASE_URL}${path}`));
const post = (form: Record<string, string>, origin = BASE_URL) =>
  readPage(
    service.fetch(`${BASE_URL}/setup`, { method: "POST", headers: { origin }, body: new URLSearchParams(form) }),
  );
const organizations = () => service.parts.db.selectFrom("organizations").selectAll().execute();

test("the set-up link makes the first organization with its owner, who signs in there by the button", async () => {
  const form = await open(`/setup?token=${token}`);
  assert.equal(form.heading, "Create your organization");
  const ready = await post({ token, ...filled, slug: " Acme " });
  assert.equal(ready.heading, "Your organization is ready");
  const link = /href="(http:\/\/acme\.localhost:3000\/sign-in\/link\?token=[^"]+)"/.exec(ready.html)?.[1] ?? "";
  const [made] = await organizations();
  assert.deepEqual([made?.slug, made?.name, made?.plan], ["acme", "Acme Rockets", "growth"]);

  const signIn = new URL(link);
  const body = new URLSearchParams({ token: signIn.searchParams.get("token") ?? "" });
  const headers = { origin: signIn.origin };
  const answer = await service.fetch(`${signIn.origin}/sign-in/link`, { method: "POST", headers, body });
  const cookie = answer.headers.getSetCookie().map((each) => each.split(";")[0]);
  const account = await readPage(service.fetch(`${signIn.origin}/account`, { headers: { cookie: cookie.join("; ") } }));
  assert.deepEqual([account.fact("Email"), account.fact("Role")], ["ada@acme.test", "Owner"]);
});

test("the set-up link is dead as soon as an organization exists", async () => {
  await post({ token, ...filled });
  assert.equal((await open(`/setup?token=${token}`)).status, 404);
  const again = await post({ token, ...filled, slug: "other" });
  assert.equal(again.status, 404);
  assert.match(again.text, /operator API/);
  assert.equal((await organizations()).length, 1);
});

test("two set-ups at the same moment make one organization", async () => {
  const both = await Promise.all(["one", "two", "three"].map((slug) => post({ token, ...filled, slug })));
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 404, 404]);
  assert.equal((await organizations()).length, 1);
});

test("a wrong or missing set-up token opens nothing", async () => {
  for (const path of ["/setup", "/setup?token=", "/setup?token=wrong"]) assert.equal((await open(path)).status, 403);
  assert.equal((await post({ ...filled, token: `${token}x` })).status, 403);
  assert.equal((await organizations()).length, 0);
});

test("each field of the set-up is checked, all at once, and keeps what was typed", async () => {
  const page = await post({ token, name: "", slug: "-x-", ownerName: " ", ownerEmail: "ada" });
  assert.equal(page.status, 422);
  assert.equal(page.error("name"), "Type the name of your organization.");
  assert.match(page.error("slug") ?? "", /1 to 63 characters/);
  assert.equal(page.error("ownerName"), "Type your name.");
  assert.match(page.error("ownerEmail") ?? "", /not an email address/);
  assert.deepEqual([page.field("slug"), page.field("ownerEmail"), page.field("token")], ["-x-", "ada", token]);
  assert.match((await post({ token, ...filled, slug: "www" })).error("slug") ?? "", /reserved/);
  assert.equal((await organizations()).length, 0);
});

test("a set-up form that another site posts is refused", async () => {
  assert.equal((await post({ token, ...filled }, "http://evil.example")).status, 403);
  assert.equal((await organizations()).length, 0);
});

test("the apex says where an organization is, by its slug or its address, and does not tell whether it exists", async () => {
  assert.match((await open("/")).text, /no organization here yet/);
  await post({ token, ...filled });
  assert.doesNotMatch((await open("/")).text, /no organization here yet/);
  for (const typed of ["acme", " Acme ", "acme.localhost:3000", "http://acme.localhost:3000/people", "unknown"]) {
    const page = await open(`/?organization=${encodeURIComponent(typed)}`);
    const slug = typed === "unknown" ? "unknown" : "acme";
    assert.equal(page.status, 200);
    assert.ok(page.html.includes(`href="http://${slug}.localhost:3000"`), typed);
  }
});

test("the apex says when what was typed is no address of an organization", async () => {
  for (const typed of ["", "a b", "evil.example/..", "a.b"]) {
    const page = await open(`/?organization=${encodeURIComponent(typed)}`);
    assert.equal(page.status, 422, typed);
    assert.ok(page.error("organization"));
    assert.equal(page.field("organization"), typed);
  }
});
