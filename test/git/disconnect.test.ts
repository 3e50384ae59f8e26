import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { listEvents } from "../../src/domain/audit/events.ts";
import { listGitConnections } from "../../src/domain/git/connections.ts";
import { browserAt, type GitSetting, goThrough, startGitSetting } from "../support/git.ts";
import { newOrganization, type TestOrganization } from "../support/organization.ts";
import { readPage } from "../support/page.ts";

let setting: GitSetting;
before(async () => {
  setting = await startGitSetting();
});
after(() => setting.stop());

type Host = "github" | "bitbucket" | "gitlab";
let people = 0;

/** A member who is connected at this host. */
async function connected(host: Host, org?: TestOrganization) {
  const home = org ?? (await newOrganization(setting.service));
  const login = `dora${++people}`;
  const member = await home.addMember(`${login}@example.test`);
  const browser = browserAt(setting.service, await home.signIn(member.email));
  setting.git.addAccount(host, { login, email: member.email });
  await goThrough(setting, browser, home, `/account/git/${host}/connect?access=private`, login);
  const post = (act: string) => home.page(`/account/git/${host}/${act}`, browser.cookie, {});
  const account = (query = "") => readPage(browser.open(`${home.url}/account${query}`));
  return { org: home, member, browser, login, post, account };
}

const tokensOf = (host: Host, login: string) => {
  const { tokens, accounts } = setting.git.hosts[host];
  return [...tokens.values()].filter(({ accountId }) => accounts.get(accountId)?.login === login);
};
const actions = async (org: TestOrganization) =>
  (await listEvents(org.scope, { action: "git.", limit: 20 })).map(({ action }) => action);

describe("disconnecting", () => {
  for (const host of ["github", "gitlab"] as const) {
    test(`${host} asks first, then ends it here and revokes the tokens there`, async () => {
      const { org, member, browser, login, post } = await connected(host);
      const asked = await readPage(browser.open(`${org.url}/account/git/${host}/disconnect`));
      assert.match(asked.text, new RegExp(`@${login} is no longer connected`));
      assert.equal((await listGitConnections(org.scope, member.id)).length, 1, "the page alone changes nothing");
      const done = await post("disconnect");
      assert.equal(done.headers.get("location"), `/account?disconnected=${host}#git`);
      assert.deepEqual(await listGitConnections(org.scope, member.id), []);
      assert.ok(tokensOf(host, login).every(({ revoked }) => revoked));
      assert.deepEqual(await actions(org), ["git.disconnected", "git.connected"]);
    });
  }

  test("a refresh token of GitLab is worth nothing afterwards either", async () => {
    const { post } = await connected("gitlab");
    const before = setting.git.hosts.gitlab.refreshTokens.size;
    await post("disconnect");
    assert.equal(setting.git.hosts.gitlab.refreshTokens.size, before - 1);
  });

  test("Bitbucket, which cannot revoke, is removed here, and the person reads where to remove the rest", async () => {
    const { org, member, post, account } = await connected("bitbucket");
    const done = await post("disconnect");
    assert.equal(done.headers.get("location"), "/account?unrevoked=bitbucket#git");
    assert.match((await account("?unrevoked=bitbucket")).text, /Remove our access there: Personal settings/);
    assert.deepEqual(await listGitConnections(org.scope, member.id), []);
    assert.deepEqual(await actions(org), ["git.not_revoked", "git.disconnected", "git.connected"]);
  });

  test("a host that is down keeps nobody connected", async () => {
    const { org, member, post } = await connected("github");
    setting.git.hosts.github.trouble = "broken";
    const done = await post("disconnect");
    setting.git.hosts.github.trouble = undefined;
    assert.equal(done.headers.get("location"), "/account?unrevoked=github#git");
    assert.deepEqual(await listGitConnections(org.scope, member.id), []);
  });

  test("ends nothing of another member, and nothing of the same person in another organization", async () => {
    const ada = await connected("github");
    const bo = await connected("github", ada.org);
    const there = await newOrganization(setting.service);
    const member = await there.addMember(ada.member.email);
    const browser = browserAt(setting.service, await there.signIn(member.email));
    await goThrough(setting, browser, there, "/account/git/github/connect?access=private", ada.login);
    await ada.post("disconnect");
    assert.equal((await listGitConnections(bo.org.scope, bo.member.id)).length, 1);
    assert.equal((await listGitConnections(there.scope, member.id)).length, 1);
    assert.equal(tokensOf("github", ada.login).filter(({ revoked }) => !revoked).length, 1, "its token still works");
  });

  test("what is not connected is 404", async () => {
    const { org, browser, post } = await connected("github");
    await post("disconnect");
    assert.equal((await post("disconnect")).status, 404);
    assert.equal((await browser.open(`${org.url}/account/git/github/disconnect`)).status, 404);
  });
});

describe("checking a connection", () => {
  test("that works says so", async () => {
    const { post, account } = await connected("github");
    assert.equal((await post("check")).headers.get("location"), "/account?checked=github#git");
    assert.match((await account()).text, /GitHub Connected/);
  });

  for (const host of ["github", "gitlab", "bitbucket"] as const) {
    test(`that was revoked at ${host} says since when, and connecting again mends it`, async () => {
      const { org, member, browser, login, post, account } = await connected(host);
      for (const token of tokensOf(host, login)) token.revoked = true;
      await post("check");
      const [broken] = await listGitConnections(org.scope, member.id);
      assert.deepEqual(broken?.brokenAt, setting.service.clock.now);
      assert.match((await account()).text, /Connect again/);
      await goThrough(setting, browser, org, `/account/git/${host}/connect?access=private`, login);
      assert.equal((await listGitConnections(org.scope, member.id))[0]?.brokenAt, null);
      assert.deepEqual((await actions(org)).slice(0, 3), ["git.renewed", "git.broken", "git.connected"]);
    });
  }

  for (const host of ["gitlab", "bitbucket"] as const) {
    test(`whose token has ended at ${host} gets another, each time`, async () => {
      const { org, member, login, post } = await connected(host);
      for (let times = 0; times < 2; times++) {
        setting.service.clock.advance(7200_000);
        await post("check");
        assert.equal((await listGitConnections(org.scope, member.id))[0]?.brokenAt, null);
      }
      const live = tokensOf(host, login).filter(
        ({ revoked, until }) => !revoked && until > Number(setting.service.clock.now),
      );
      assert.equal(live.length, 1);
    });
  }

  test("shows what GitHub says that the token may do by now", async () => {
    const { org, member, login, post } = await connected("github");
    for (const token of tokensOf("github", login)) Object.assign(token, { scopes: ["user:email", "public_repo"] });
    await post("check");
    assert.equal((await listGitConnections(org.scope, member.id))[0]?.access, "public");
  });

  test("changes nothing while the host is down", async () => {
    const { org, member, post } = await connected("github");
    setting.git.hosts.github.trouble = "broken";
    assert.equal((await post("check")).status, 502);
    setting.git.hosts.github.trouble = undefined;
    assert.equal((await listGitConnections(org.scope, member.id))[0]?.brokenAt, null);
  });

  test("of another installation than the configured one is not asked about here", async () => {
    const { org, member, post } = await connected("github");
    const update = setting.service.parts.db.updateTable("git_connections").set({ host: "https://github.com" });
    await update.where("organization_id", "=", org.organization.id).execute();
    const asked = setting.git.hosts.github.asked.length;
    await post("check");
    assert.equal(setting.git.hosts.github.asked.length, asked);
    assert.notEqual((await listGitConnections(org.scope, member.id))[0]?.brokenAt, null);
  });
});
