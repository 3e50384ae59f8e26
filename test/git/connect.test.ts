import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { listEvents } from "../../src/domain/audit/events.ts";
import { listGitConnections } from "../../src/domain/git/connections.ts";
import { browserAt, type GitSetting, goThrough, startGitSetting, throughHost } from "../support/git.ts";
import { newOrganization, type TestOrganization } from "../support/organization.ts";
import { readPage } from "../support/page.ts";

let setting: GitSetting;
before(async () => {
  setting = await startGitSetting();
});
after(() => setting.stop());

let people = 0;
/** A member with a browser that is signed in, and an account at each host. */
async function newMember(org?: TestOrganization) {
  const login = `ada${++people}`;
  const home = org ?? (await newOrganization(setting.service));
  const member = await home.addMember(`${login}@example.test`);
  const browser = browserAt(setting.service, await home.signIn(member.email));
  for (const host of ["github", "bitbucket", "gitlab"] as const) {
    setting.git.addAccount(host, { login, email: member.email });
  }
  return { org: home, member, browser, login };
}

const actions = async (org: TestOrganization) =>
  (await listEvents(org.scope, { action: "git.", limit: 20 })).map(({ action }) => action);

test("a member connects GitHub: to GitHub, to the apex, to the organization, and is back where they began", async () => {
  const { org, member, browser, login } = await newMember();
  const path = "/account/git/github/connect?access=public&next=/account";
  const sent = await browser.open(`${org.url}${path}`);
  const asked = new URL(sent.headers.get("location") ?? "");
  assert.equal(`${asked.origin}${asked.pathname}`, `${setting.git.url}/github/login/oauth/authorize`);
  assert.equal(asked.searchParams.get("redirect_uri"), "http://localhost:3000/oauth/github/callback");
  assert.equal(asked.searchParams.get("scope"), "user:email public_repo");
  assert.equal(asked.searchParams.get("code_challenge_method"), "S256");

  const callback = await setting.git.authorize(asked.href, login);
  const handed = await setting.service.fetch(callback);
  assert.equal(handed.status, 303);
  const back = handed.headers.get("location") ?? "";
  assert.match(back, new RegExp(`^${org.url}/oauth/return\\?code=skh_[\\w-]{43}$`));
  assert.deepEqual(handed.headers.getSetCookie(), []);

  const done = await browser.open(back);
  assert.equal(done.status, 303, await done.text());
  assert.equal(done.headers.get("location"), "/account?connected=github");
  const [connection, ...more] = await listGitConnections(org.scope, member.id);
  assert.deepEqual(more, []);
  assert.equal(connection?.login, login);
  assert.equal(connection?.access, "public");
  assert.deepEqual(await actions(org), ["git.connected"]);
});

for (const host of ["bitbucket", "gitlab"] as const) {
  test(`a member connects ${host}`, async () => {
    const { org, member, browser, login } = await newMember();
    const done = await goThrough(setting, browser, org, `/account/git/${host}/connect?access=private`, login);
    assert.equal(done.headers.get("location"), `/account?connected=${host}`);
    const [connection] = await listGitConnections(org.scope, member.id);
    assert.equal(connection?.login, login);
    assert.equal(connection?.access, "private");
  });
}

test("GitHub is asked for no more than was chosen, and can be widened later", async () => {
  const { org, member, browser, login } = await newMember();
  for (const access of ["email", "public", "private"]) {
    await goThrough(setting, browser, org, `/account/git/github/connect?access=${access}`, login);
    const [connection] = await listGitConnections(org.scope, member.id);
    assert.equal(connection?.access, access);
  }
  assert.deepEqual(await actions(org), ["git.widened", "git.widened", "git.connected"]);
  const live = [...setting.git.hosts.github.tokens.values()].filter(
    ({ accountId, revoked }) => !revoked && setting.git.hosts.github.accounts.get(accountId)?.login === login,
  );
  assert.equal(live.length, 1, "the tokens of before are worth nothing at GitHub");
});

test("whoever says no at the host changes nothing, and reads so", async () => {
  const { org, member, browser } = await newMember();
  const answer = await readPage(goThrough(setting, browser, org, "/account/git/github/connect", "cancel"));
  assert.equal(answer.status, 403);
  assert.match(answer.text, /You did not allow it at GitHub\. Nothing was changed\./);
  assert.deepEqual(await listGitConnections(org.scope, member.id), []);
  assert.deepEqual(await actions(org), ["git.refused"]);
});

test("tokens are sealed: neither the database, nor a page, nor the audit log has them", async () => {
  const { org, browser, login } = await newMember();
  await goThrough(setting, browser, org, "/account/git/github/connect?access=private", login);
  const tokens = [...setting.git.hosts.github.tokens.keys()];
  const { db } = setting.service.parts;
  const rows = await db.selectFrom("git_connections").selectAll().execute();
  const events = await db.selectFrom("audit_events").selectAll().execute();
  const kept = JSON.stringify([rows.map((row) => ({ ...row, tokens: row.tokens.toString("latin1") })), events]);
  const page = await (await browser.open(`${org.url}/account`)).text();
  assert.ok(tokens.length > 0);
  for (const token of tokens) assert.ok(!kept.includes(token) && !page.includes(token));
});

describe("one git account belongs to one member of an organization", () => {
  test("another member is refused, and reads nobody's name", async () => {
    const ada = await newMember();
    const bo = await newMember(ada.org);
    await goThrough(setting, ada.browser, ada.org, "/account/git/github/connect", ada.login);
    const answer = await readPage(goThrough(setting, bo.browser, bo.org, "/account/git/github/connect", ada.login));
    assert.equal(answer.status, 409);
    assert.match(answer.text, /is connected to another member of/);
    assert.ok(!answer.html.includes(ada.member.email));
    assert.deepEqual(await listGitConnections(bo.org.scope, bo.member.id), []);
  });

  test("an owner reads whose it is", async () => {
    const ada = await newMember();
    await goThrough(setting, ada.browser, ada.org, "/account/git/github/connect", ada.login);
    const owner = browserAt(setting.service, await ada.org.signIn(ada.org.owner.email));
    const answer = await readPage(goThrough(setting, owner, ada.org, "/account/git/github/connect", ada.login));
    assert.equal(answer.status, 409);
    assert.ok(answer.text.includes(ada.member.email));
  });

  test("in another organization the same person is another member", async () => {
    const ada = await newMember();
    const there = await newMember();
    await goThrough(setting, ada.browser, ada.org, "/account/git/github/connect", ada.login);
    const answer = await goThrough(setting, there.browser, there.org, "/account/git/github/connect", ada.login);
    assert.equal(answer.status, 303);
  });

  test("of two members who connect it at one moment, one is refused", async () => {
    const ada = await newMember();
    const bo = await newMember(ada.org);
    const path = "/account/git/github/connect";
    const ways = [];
    for (const { browser } of [ada, bo]) {
      const handed = await throughHost(setting, browser, ada.org, path, ada.login);
      ways.push({ browser, url: handed.headers.get("location") ?? "" });
    }
    const answers = await Promise.all(ways.map(({ browser, url }) => browser.open(url)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 409]);
  });

  test("a member who comes back as somebody else keeps the connection they had", async () => {
    const { org, member, browser, login } = await newMember();
    const other = await newMember();
    await goThrough(setting, browser, org, "/account/git/github/connect", login);
    const answer = await readPage(goThrough(setting, browser, org, "/account/git/github/connect", other.login));
    assert.equal(answer.status, 409);
    assert.match(answer.text, new RegExp(`connected to GitHub as @${login}, but signed in there as @${other.login}`));
    assert.equal((await listGitConnections(org.scope, member.id))[0]?.login, login);
  });
});

test("a member who is removed takes their connections along", async () => {
  const { org, member, browser, login } = await newMember();
  await goThrough(setting, browser, org, "/account/git/github/connect", login);
  await setting.service.operator("DELETE", `/organizations/${org.organization.slug}/members/${member.id}`);
  assert.deepEqual(await listGitConnections(org.scope, member.id), []);
  const next = await newMember(org);
  assert.equal((await goThrough(setting, next.browser, org, "/account/git/github/connect", login)).status, 303);
});

test("deactivated means out: git tokens are gone before the answer leaves", async () => {
  const { org, member, browser, login } = await newMember();
  await goThrough(setting, browser, org, "/account/git/gitlab/connect?access=private", login);
  const handed = await throughHost(setting, browser, org, "/account/git/github/connect", login);
  await setting.service.operator("PATCH", `/organizations/${org.organization.slug}/members/${member.id}`, {
    state: "deactivated",
  });
  assert.deepEqual(await listGitConnections(org.scope, member.id), []);
  const late = await browser.open(handed.headers.get("location") ?? "");
  assert.equal(late.status, 403);
  assert.deepEqual(await listGitConnections(org.scope, member.id), []);
});
