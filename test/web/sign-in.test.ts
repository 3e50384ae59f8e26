import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createSignInLink } from "../../src/domain/sessions/links.ts";
import { cookiesOf, newOrganization, type TestOrganization } from "../support/organization.ts";
import { readPage } from "../support/page.ts";
import { startTestService, type TestService } from "../support/service.ts";

let service: TestService;
before(async () => {
  service = await startTestService();
});
after(() => service.stop());

async function linkFor(org: TestOrganization, email: string): Promise<{ path: string; token: string }> {
  const { url } = await createSignInLink({ ...org.scope, now: service.clock.now }, email);
  const { pathname, search, searchParams } = new URL(url);
  return { path: pathname + search, token: searchParams.get("token") ?? "" };
}

const isIn = async (org: TestOrganization, cookie: string) => (await org.page("/account", cookie)).status === 200;

test("the sign-in page starts a sign-in at the identity provider, and says how to get a tile", async () => {
  const org = await newOrganization(service);
  const page = await readPage(org.page("/sign-in"));
  assert.equal(page.heading, `Sign in to ${org.organization.name}`);
  assert.match(page.html, /<a [^>]*href="\/okta\/login"[^>]*>Sign in with Okta/);
  assert.match(page.text, /Or click the Semaphore tile in its dashboard\. No access there\?/);
});

test("who was sent to sign in from a deep page comes back to it, and never to another site", async () => {
  const org = await newOrganization(service);
  const sent = await org.page("/people?q=a&page=2");
  const { html } = await readPage(org.page(sent.headers.get("location") ?? ""));
  assert.match(html, /href="\/okta\/login\?redirect_to=%2Fpeople%3Fq%3Da%26page%3D2"/);
  for (const evil of ["//evil.example", "https://evil.example", "/\\evil.example"]) {
    const page = await readPage(org.page(`/sign-in?next=${encodeURIComponent(evil)}`));
    assert.match(page.html, /href="\/okta\/login"/);
    assert.ok(!page.html.includes("evil.example"));
  }
});

test("the tile is not spoken of where it does not lead in", async () => {
  const org = await newOrganization(service);
  const update = service.parts.db.updateTable("integrations").set({ idp_initiated: "deny" });
  await update.where("organization_id", "=", org.organization.id).execute();
  assert.doesNotMatch((await readPage(org.page("/sign-in"))).text, /tile/);
});

test("the provider has the name that the settings give it", async () => {
  const org = await newOrganization(service);
  const update = service.parts.db.updateTable("integrations").set({ provider: "jumpcloud" });
  await update.where("organization_id", "=", org.organization.id).execute();
  assert.match((await readPage(org.page("/sign-in"))).text, /Sign in with JumpCloud/);
});

test("without an integration, and on a plan that lacks it, the sign-in page says whom to ask for a link", async () => {
  for (const options of [{ integration: "none" }, { plan: "startup", integration: "none" }] as const) {
    const org = await newOrganization(service, options);
    const page = await readPage(org.page("/sign-in"));
    assert.equal(page.status, 200);
    assert.match(page.text, /Ask an owner/);
    assert.doesNotMatch(page.html, /Sign in with Okta/);
  }
});

test("who is signed in already goes on to where they wanted, and never to another site", async () => {
  const org = await newOrganization(service);
  const cookie = await org.signIn(org.owner.email);
  const next = async (path: string) =>
    (await readPage(org.page(`/sign-in?next=${encodeURIComponent(path)}`, cookie))).location;
  assert.equal(await next("/people?q=a"), "/people?q=a");
  for (const evil of ["//evil.example", "https://evil.example", "/\\evil.example", ""])
    assert.equal(await next(evil), "/");
});

test("a sign-in link says whom it signs in, and stays unused until the button is pressed", async () => {
  const org = await newOrganization(service);
  const { path, token } = await linkFor(org, org.owner.email);
  for (const _ of [1, 2, 3]) {
    const page = await readPage(org.page(path));
    assert.match(page.text, new RegExp(`Olive Owner, ${org.owner.email}`));
    assert.equal(page.field("token"), token);
  }
  const answer = await org.page("/sign-in/link", undefined, { token });
  assert.deepEqual([answer.status, answer.headers.get("location")], [303, "/"]);
  assert.ok(await isIn(org, cookiesOf(answer)));
});

test("a sign-in link works once, however often it is posted at the same moment", async () => {
  const org = await newOrganization(service);
  const { path, token } = await linkFor(org, org.owner.email);
  const posts = await Promise.all(Array.from({ length: 8 }, () => org.page("/sign-in/link", undefined, { token })));
  assert.deepEqual(posts.map(({ status }) => status).sort(), [303, ...Array<number>(7).fill(403)]);
  const page = await readPage(org.page(path));
  assert.equal(page.status, 403);
  assert.match(page.text, /expired or was used already/);
  assert.match(page.html, /href="\/sign-in"/);
});

test("a sign-in link ends after fifteen minutes, and opens nothing in another organization", async () => {
  const [org, other] = [await newOrganization(service), await newOrganization(service)];
  const { path, token } = await linkFor(org, org.owner.email);
  assert.equal((await other.page(path)).status, 403);
  assert.equal((await other.page("/sign-in/link", undefined, { token })).status, 403);
  service.clock.advance(15 * 60_000);
  assert.equal((await org.page("/sign-in/link", undefined, { token })).status, 403);
});

test("signing in as somebody else ends the session that was there, at the server", async () => {
  const org = await newOrganization(service);
  await org.addMember("mel@example.test");
  const before = await org.signIn(org.owner.email);
  const { path, token } = await linkFor(org, "mel@example.test");
  assert.match((await readPage(org.page(path, before))).text, new RegExp(`signed in here as ${org.owner.email} now`));
  const answer = await org.page("/sign-in/link", before, { token });
  assert.ok(await isIn(org, cookiesOf(answer)));
  assert.ok(!(await isIn(org, before)));
});

test("signing out ends the session at the server and empties the browser", async () => {
  const org = await newOrganization(service);
  const cookie = await org.signIn(org.owner.email);
  const answer = await org.page("/sign-out", cookie, {});
  assert.deepEqual([answer.status, answer.headers.get("location")], [303, "/sign-in"]);
  assert.ok(answer.headers.getSetCookie().some((each) => /^__Host-session=;.*Max-Age=0/.test(each)));
  assert.ok(!(await isIn(org, cookie)));
  assert.equal((await org.page("/sign-out", undefined, {})).status, 303);
});
