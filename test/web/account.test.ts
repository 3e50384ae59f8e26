import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browserName } from "../../src/web/ui/browser-name.ts";
import { newOrganization, type TestOrganization } from "../support/organization.ts";
import { readPage } from "../support/page.ts";
import { startTestService, type TestService } from "../support/service.ts";

let service: TestService;
before(async () => {
  service = await startTestService();
});
after(() => service.stop());

const isIn = async (org: TestOrganization, cookie: string) => (await org.page("/account", cookie)).status === 200;
/** `__Host-browser` is the session's id. */
const idOf = (cookie: string) => /__Host-browser=([^;]+)/.exec(cookie)?.[1] ?? "";
const end = (org: TestOrganization, cookie: string, session: string) =>
  readPage(org.page("/account/sessions", cookie, { session }));

test("the account page says who one is here and how one signed in", async () => {
  const org = await newOrganization(service);
  const page = await readPage(org.page("/account", await org.signIn(org.owner.email)));
  assert.deepEqual(["Name", "Email", "Role"].map(page.fact), ["Olive Owner", org.owner.email, "Owner"]);
  assert.match(page.fact("Signed in with") ?? "", /^Sign-in link/);
});

test("one session is ended from another, at the server", async () => {
  const org = await newOrganization(service);
  const [here, there] = [await org.signIn(org.owner.email), await org.signIn(org.owner.email)];
  const page = await readPage(org.page("/account", here));
  assert.ok(page.html.includes(`value="${idOf(there)}"`));
  assert.equal((await end(org, here, idOf(there))).location, "/account?ended");
  assert.ok(await isIn(org, here));
  assert.ok(!(await isIn(org, there)));
});

test("ending the session of this browser leads to the sign-in page", async () => {
  const org = await newOrganization(service);
  const here = await org.signIn(org.owner.email);
  const answer = await org.page("/account/sessions", here, { session: idOf(here) });
  assert.equal(answer.headers.get("location"), "/sign-in");
  assert.ok(answer.headers.getSetCookie().some((each) => /^__Host-session=;.*Max-Age=0/.test(each)));
  assert.ok(!(await isIn(org, here)));
});

test("signing out everywhere else leaves this session and nobody else's untouched", async () => {
  const org = await newOrganization(service);
  await org.addMember("mel@example.test");
  const [here, there, more] = [1, 2, 3].map(() => org.signIn(org.owner.email));
  const [mine, other, third] = [await here, await there, await more] as [string, string, string];
  const mel = await org.signIn("mel@example.test");
  await end(org, mine, "others");
  assert.deepEqual(await Promise.all([mine, other, third, mel].map((each) => isIn(org, each))), [
    true,
    false,
    false,
    true,
  ]);
});

test("signing out everywhere ends this session too, and spares everybody else", async () => {
  const org = await newOrganization(service);
  await org.addMember("mel@example.test");
  const [here, there] = [await org.signIn(org.owner.email), await org.signIn(org.owner.email)];
  const mel = await org.signIn("mel@example.test");
  const answer = await org.page("/account/sessions", here, { session: "all" });
  assert.equal(answer.headers.get("location"), "/sign-in");
  assert.ok(answer.headers.getSetCookie().some((each) => /^__Host-session=;.*Max-Age=0/.test(each)));
  assert.deepEqual(await Promise.all([here, there, mel].map((each) => isIn(org, each))), [false, false, true]);
});

test("nobody ends another person's session, in this organization or in another", async () => {
  const [org, foreign] = [await newOrganization(service), await newOrganization(service)];
  await org.addMember("mel@example.test");
  const mel = await org.signIn("mel@example.test");
  const owner = await org.signIn(org.owner.email);
  const stranger = await foreign.signIn(foreign.owner.email);
  for (const id of [idOf(owner), idOf(stranger), "x", ""]) assert.equal((await end(org, mel, id)).status, 404);
  assert.ok((await isIn(org, owner)) && (await isIn(foreign, stranger)));
});

test("a browser is called by its name and its system", () => {
  const webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
  const names = {
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/130.0 Safari/537.36 Edg/130.0`]: "Edge on Windows",
    [`Mozilla/5.0 (X11; Linux x86_64) ${webkit} Chrome/130.0 Safari/537.36`]: "Chrome on Linux",
    [`Mozilla/5.0 (Linux; Android 15) ${webkit} Chrome/130.0 Mobile Safari/537.36`]: "Chrome on Android",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1":
      "Safari on iPhone",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:132.0) Gecko/20100101 Firefox/132.0": "Firefox on macOS",
    "curl/8": "Unknown browser",
  };
  for (const [userAgent, name] of Object.entries(names)) assert.equal(browserName(userAgent), name);
  assert.equal(browserName(null), "Unknown browser");
});
