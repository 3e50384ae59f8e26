import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { listEvents } from "../../src/domain/audit/events.ts";
import { listGitConnections } from "../../src/domain/git/connections.ts";
import { answerForeseenEmail, foreseeEmail } from "../../src/domain/members/foreseen-email.ts";
import { getMember } from "../../src/domain/members/members.ts";
import { browserAt, type GitSetting, goThrough, startGitSetting, throughHost } from "../support/git.ts";
import { newOrganization, oktaUser, type TestOrganization } from "../support/organization.ts";
import { type ReadPage, readPage } from "../support/page.ts";
import { enforceBy } from "../support/recovery.ts";

let setting: GitSetting;
before(async () => {
  setting = await startGitSetting();
});
after(() => setting.stop());

const SIGN_IN = "/sign-in/git/github";
const CONNECT = "/account/git/github/connect?access=private";
let people = 0;
const newLogin = () => `grace${++people}`;

const signIn = (org: TestOrganization, login: string, path = SIGN_IN, browser = browserAt(setting.service)) =>
  goThrough(setting, browser, org, path, login);
const refused = async (org: TestOrganization, login: string, status = 403): Promise<ReadPage> => {
  const browser = browserAt(setting.service);
  const answer = await readPage(signIn(org, login, SIGN_IN, browser));
  assert.equal(answer.status, status, answer.html);
  assert.equal((await browser.open(`${org.url}/account`)).status, 303, "nobody is signed in");
  return answer;
};
const events = async (org: TestOrganization, action: string) => listEvents(org.scope, { action, limit: 10 });
const liveTokens = (login: string) =>
  [...setting.git.hosts.github.tokens.values()].filter(
    ({ accountId, revoked }) => !revoked && setting.git.hosts.github.accounts.get(accountId)?.login === login,
  ).length;

async function connectedMember(org: TestOrganization, email = `${newLogin()}@example.test`) {
  const login = newLogin();
  const member = await org.addMember(email);
  setting.git.addAccount("github", { login, email });
  await goThrough(setting, browserAt(setting.service, await org.signIn(email)), org, CONNECT, login);
  return { member, login };
}

describe("the sign-in page", () => {
  test("offers the configured hosts beside SSO, and comes back to the page that was asked for", async () => {
    const org = await newOrganization(setting.service);
    const page = await readPage(org.page("/sign-in?next=%2Fpeople"));
    for (const [host, name] of [
      ["github", "GitHub"],
      ["bitbucket", "Bitbucket"],
      ["gitlab", "GitLab"],
    ]) {
      assert.ok(page.html.includes(`href="/sign-in/git/${host}?next=%2Fpeople"`));
      assert.match(page.text, new RegExp(`Sign in with ${name}`));
    }
    assert.match(page.text, /Sign in with Okta/);
  });

  test("does so where there is no SSO", async () => {
    const org = await newOrganization(setting.service, { integration: "none" });
    assert.match((await readPage(org.page("/sign-in"))).text, /Sign in with GitHub/);
  });
});

describe("by connection", () => {
  test("a member is in, at the page that was asked for, by the method git", async () => {
    const org = await newOrganization(setting.service);
    const { login, member } = await connectedMember(org);
    const browser = browserAt(setting.service);
    const answer = await signIn(org, login, `${SIGN_IN}?next=%2Fpeople`, browser);
    assert.equal(answer.headers.get("location"), "/people");
    assert.match((await readPage(browser.open(`${org.url}/account`))).fact("Signed in with") ?? "", /^Git account/);
    const [event] = await events(org, "session.opened");
    assert.equal(event?.actor.id, member.id);
    assert.deepEqual(event?.detail, { method: "git", provider: "github", login });
  });

  test("only who the account is is asked for, and the token of it is revoked again", async () => {
    const org = await newOrganization(setting.service);
    const { login, member } = await connectedMember(org);
    const sent = await browserAt(setting.service).open(`${org.url}${SIGN_IN}`);
    assert.equal(new URL(sent.headers.get("location") ?? "").searchParams.get("scope"), "user:email");
    await signIn(org, login);
    assert.equal(liveTokens(login), 1);
    assert.equal((await listGitConnections(org.scope, member.id))[0]?.access, "private");
  });

  test("it counts before the email: whoever has another member's address is still who connected", async () => {
    const org = await newOrganization(setting.service);
    const ada = await connectedMember(org);
    const bo = await org.addMember(`${newLogin()}@example.test`);
    const account = [...setting.git.hosts.github.accounts.values()].find(({ login }) => login === ada.login);
    Object.assign(account ?? {}, { emails: [{ email: bo.email, primary: true, verified: true }] });
    await signIn(org, ada.login);
    const [event] = await events(org, "session.opened");
    assert.equal(event?.actor.id, ada.member.id);
    assert.equal((await getMember(org.scope, ada.member.id)).email, ada.member.email, "the address is somebody else's");
  });

  test("a new login at the host is the same person; the old login with another id is not", async () => {
    const org = await newOrganization(setting.service);
    const { login, member } = await connectedMember(org);
    const account = [...setting.git.hosts.github.accounts.values()].find((each) => each.login === login);
    Object.assign(account ?? {}, { login: `${login}-renamed` });
    setting.git.addAccount("github", { login, email: "squatter@example.test" });
    assert.equal((await signIn(org, `${login}-renamed`)).status, 303);
    assert.equal((await listGitConnections(org.scope, member.id))[0]?.login, `${login}-renamed`);
    await refused(org, login);
  });

  test("at the same id of another installation nobody is known", async () => {
    const org = await newOrganization(setting.service);
    const { login } = await connectedMember(org);
    const update = setting.service.parts.db.updateTable("git_connections").set({ host: "https://github.com" });
    await update.where("organization_id", "=", org.organization.id).execute();
    const account = [...setting.git.hosts.github.accounts.values()].find((each) => each.login === login);
    Object.assign(account ?? {}, { emails: [] });
    await refused(org, login);
  });

  test("a member whom the directory made gets in once they connected", async () => {
    const org = await newOrganization(setting.service);
    const user = oktaUser();
    await org.scim("POST", "/Users", user);
    const login = newLogin();
    setting.git.addAccount("github", { login, email: user.userName });
    const answer = await refused(org, login);
    assert.match(answer.text, /comes from its directory\. Sign in through Single Sign-On, then connect GitHub/);
    await goThrough(setting, browserAt(setting.service, await org.signIn(user.userName)), org, CONNECT, login);
    assert.equal((await signIn(org, login)).status, 303);
  });
});

describe("by email", () => {
  test("a member who was added by hand is in, and connected by it", async () => {
    const org = await newOrganization(setting.service);
    const login = newLogin();
    const member = await org.addMember(`${login}@example.test`);
    setting.git.addAccount("github", { login, email: `${login.toUpperCase()}@Example.Test` });
    assert.equal((await signIn(org, login)).status, 303);
    const [connection] = await listGitConnections(org.scope, member.id);
    assert.deepEqual([connection?.login, connection?.access], [login, "email"]);
    const [event] = await events(org, "git.connected");
    assert.equal(event?.actor.id, member.id);
    assert.equal(liveTokens(login), 1);
  });

  for (const host of ["bitbucket", "gitlab"] as const) {
    test(`at ${host} too`, async () => {
      const org = await newOrganization(setting.service);
      const login = newLogin();
      await org.addMember(`${login}@example.test`);
      setting.git.addAccount(host, { login, email: `${login}@example.test` });
      assert.equal((await signIn(org, login, `/sign-in/git/${host}`)).status, 303);
    });

    test(`an address that ${host} did not verify is not used`, async () => {
      const org = await newOrganization(setting.service);
      const login = newLogin();
      await org.addMember(`${login}@example.test`);
      const email = `${login}@example.test`;
      setting.git.addAccount(host, { login, emails: [{ email, primary: true, verified: false }] });
      assert.equal((await signIn(org, login, `/sign-in/git/${host}`)).status, 403);
    });
  }

  test("an address that GitHub did not verify, or that is not the primary one, is not used", async () => {
    const org = await newOrganization(setting.service);
    const owner = org.owner.email;
    for (const emails of [
      [{ email: owner, primary: true, verified: false }],
      [
        { email: owner, primary: false, verified: true },
        { email: "mallory@example.test", primary: true, verified: true },
      ],
      [],
    ]) {
      const login = newLogin();
      setting.git.addAccount("github", { login, emails });
      await refused(org, login);
      assert.equal(liveTokens(login), 0, "a token that nobody needs is revoked");
    }
  });

  test("an address that only looks alike is another", async () => {
    const org = await newOrganization(setting.service);
    await org.addMember("kim.silk@example.test");
    for (const email of ["\u{212A}im.silk@example.test", "k\u{131}m.silk@example.test", "kim.silk+x@example.test"]) {
      const login = newLogin();
      setting.git.addAccount("github", { login, email });
      await refused(org, login);
    }
  });

  test("a stranger, and a member of another organization alone, are refused and told whom to ask", async () => {
    const [org, other] = [await newOrganization(setting.service), await newOrganization(setting.service)];
    const { login } = await connectedMember(other);
    const answer = await refused(org, login);
    assert.match(answer.text, /No member of .* has the GitHub account @.* Ask one of its owners to invite you/);
    const [event] = await events(org, "session.refused");
    assert.equal(event?.detail["code"], "unknown-person");
    assert.equal(event?.detail["provider"], "github");
  });

  test("a member who is connected as somebody else there is not taken over by the address", async () => {
    const org = await newOrganization(setting.service);
    const { member } = await connectedMember(org);
    const login = newLogin();
    setting.git.addAccount("github", { login, email: member.email });
    assert.match((await refused(org, login)).text, /connected to GitHub with another account/);
  });

  test("of two sign-ins at one moment that would connect, both get in as the one member", async () => {
    const org = await newOrganization(setting.service);
    const login = newLogin();
    await org.addMember(`${login}@example.test`);
    setting.git.addAccount("github", { login, email: `${login}@example.test` });
    const ways = [];
    for (const browser of [browserAt(setting.service), browserAt(setting.service)]) {
      const handed = await throughHost(setting, browser, org, SIGN_IN, login);
      ways.push({ browser, url: handed.headers.get("location") ?? "" });
    }
    const answers = await Promise.all(ways.map(({ browser, url }) => browser.open(url)));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [303, 303],
    );
    assert.equal((await events(org, "git.connected")).length, 1);
  });
});

describe("the address follows the git account at a sign-in", () => {
  async function movedTo(org: TestOrganization, email: string, verified = true, corporate?: string) {
    const { member, login } = await connectedMember(org);
    if (corporate) {
      await foreseeEmail(org.scope, member.id, corporate);
      await answerForeseenEmail(org.scope, member.id, corporate, true);
    }
    const account = [...setting.git.hosts.github.accounts.values()].find((each) => each.login === login);
    Object.assign(account ?? {}, { emails: [{ email, primary: true, verified }] });
    assert.equal((await signIn(org, login)).status, 303);
    return { before: member.email, now: (await getMember(org.scope, member.id)).email };
  }

  test("of a member who was added by hand, and it is audited", async () => {
    const org = await newOrganization(setting.service);
    const { before, now } = await movedTo(org, "ada.new@example.test");
    assert.equal(now, "ada.new@example.test");
    const [event] = await events(org, "member.changed");
    const { by, change } = event?.detail ?? {};
    assert.deepEqual([event?.detail["before"], change, by], [{ email: before }, { email: now }, "sign-in with GitHub"]);
  });

  test("not of one who confirmed their corporate address, by which the directory is to find them", async () => {
    const org = await newOrganization(setting.service);
    const { now } = await movedTo(org, "ada.private@example.test", true, "ada@corp.test");
    assert.equal(now, "ada@corp.test");
  });

  test("not to one that is not verified", async () => {
    const { before, now } = await movedTo(await newOrganization(setting.service), "ada.odd@example.test", false);
    assert.equal(now, before);
  });

  test("not to what is no address, whatever the host calls it", async () => {
    for (const email of ["ada new@example.test", `${"x".repeat(250)}@example.test`, "ada", "a@b@example.test"]) {
      const { before, now } = await movedTo(await newOrganization(setting.service), email);
      assert.equal(now, before);
    }
  });

  test("not to one that somebody else in the directory has", async () => {
    const org = await newOrganization(setting.service);
    const user = oktaUser();
    await org.scim("POST", "/Users", user);
    const { before, now } = await movedTo(org, user.userName);
    assert.equal(now, before);
  });

  test("not of a member whom the directory made", async () => {
    const org = await newOrganization(setting.service);
    const user = oktaUser();
    await org.scim("POST", "/Users", user);
    const login = newLogin();
    setting.git.addAccount("github", { login, email: "private@example.test" });
    await goThrough(setting, browserAt(setting.service, await org.signIn(user.userName)), org, CONNECT, login);
    await signIn(org, login);
    assert.deepEqual(await events(org, "member.changed"), []);
  });
});

describe("out means out", () => {
  test("the deactivated are refused, by the address as well", async () => {
    const org = await newOrganization(setting.service);
    const { member, login } = await connectedMember(org);
    const path = `/organizations/${org.organization.slug}/members/${member.id}`;
    await setting.service.operator("PATCH", path, { state: "deactivated" });
    assert.match((await refused(org, login)).text, /Your account in this organization is deactivated/);
    const [event] = await events(org, "session.refused");
    assert.equal(event?.target?.id, member.id, "the refusal is among what happened to them");
  });

  test("where SSO is enforced no host is offered, and nobody is sent to one", async () => {
    const org = await newOrganization(setting.service);
    const { login } = await connectedMember(org);
    await enforceBy(setting.service, org, org.owner.email);
    assert.doesNotMatch((await readPage(org.page("/sign-in"))).text, /GitHub/);
    const answer = await readPage(org.page(SIGN_IN));
    assert.equal(answer.status, 403);
    assert.match(answer.text, /Single Sign-On is the only way/);
    assert.ok(login);
  });

  test("also where it was enforced while somebody was at the host, or before a switch was confirmed", async () => {
    const org = await newOrganization(setting.service);
    const [ada, bo] = [await connectedMember(org), await connectedMember(org)];
    const away = browserAt(setting.service);
    const handed = await throughHost(setting, away, org, SIGN_IN, ada.login);
    const asked = browserAt(setting.service, await org.signIn(bo.member.email));
    const page = await readPage(signIn(org, ada.login, SIGN_IN, asked));
    await enforceBy(setting.service, org, org.owner.email);
    const answer = await readPage(away.open(handed.headers.get("location") ?? ""));
    assert.equal(answer.status, 403);
    const [event] = await events(org, "session.refused");
    assert.equal(event?.detail["code"], "sso-enforced");
    const late = await org.page("/sign-in/link", asked.cookie, { token: page.field("token") ?? "" });
    assert.equal(late.status, 403);
  });
});

describe("somebody else is signed in in this browser", () => {
  test("and is asked before the other takes their place", async () => {
    const org = await newOrganization(setting.service);
    const [ada, bo] = [await connectedMember(org), await connectedMember(org)];
    const browser = browserAt(setting.service, await org.signIn(bo.member.email));
    const page = await readPage(signIn(org, ada.login, SIGN_IN, browser));
    assert.equal(page.status, 200);
    assert.match(
      page.text,
      new RegExp(`signed in here as ${bo.member.email}\\. GitHub wants to sign in ${ada.member.email}`),
    );
    assert.equal((await readPage(browser.open(`${org.url}/account`))).fact("Email"), bo.member.email);
    const switched = await org.page("/sign-in/link", browser.cookie, { token: page.field("token") ?? "" });
    assert.equal(switched.status, 303);
    const [event] = await events(org, "session.opened");
    assert.equal(event?.actor.id, ada.member.id);
  });

  test("a browser that another site led through somebody's own sign-in is not signed in by it", async () => {
    const org = await newOrganization(setting.service);
    const { login } = await connectedMember(org);
    const handed = await throughHost(setting, browserAt(setting.service), org, SIGN_IN, login);
    const victim = browserAt(setting.service);
    await victim.open(`${org.url}${SIGN_IN}`);
    assert.equal((await victim.open(handed.headers.get("location") ?? "")).status, 403);
    assert.equal((await victim.open(`${org.url}/account`)).status, 303);
  });
});

test("nobody is sent elsewhere in the end", async () => {
  const org = await newOrganization(setting.service);
  const { login } = await connectedMember(org);
  for (const next of ["https://evil.example/", "//evil.example", "/\\evil.example"]) {
    const answer = await signIn(org, login, `${SIGN_IN}?next=${encodeURIComponent(next)}`);
    assert.equal(answer.headers.get("location"), "/");
  }
});

test("attempts are counted: more than a minute's worth is 429, at the apex as well", async () => {
  const strict = await startGitSetting({ RATE_LIMIT_SIGN_IN: "2" });
  try {
    const org = await newOrganization(strict.service);
    const cookie = await org.signIn(org.owner.email);
    for (const act of ["connect", "check"]) {
      strict.service.clock.advance(120_000);
      const path = `/account/git/github/${act}`;
      const answers = [1, 2, 3].map(() => org.page(path, cookie, act === "check" ? {} : undefined));
      assert.ok(
        (await Promise.all(answers)).some(({ status }) => status === 429),
        path,
      );
    }
    for (const path of [
      `${org.url}${SIGN_IN}`,
      `${org.url}/oauth/return`,
      "http://localhost:3000/oauth/github/callback",
    ]) {
      strict.service.clock.advance(120_000);
      const statuses = [];
      for (let tries = 0; tries < 3; tries++) statuses.push((await strict.service.fetch(path)).status);
      assert.equal(statuses.at(-1), 429, path);
      assert.notEqual(statuses[1], 429, path);
    }
  } finally {
    await strict.stop();
  }
});
