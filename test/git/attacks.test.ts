import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import { type Logger, symbols } from "pino";
import { listEvents } from "../../src/domain/audit/events.ts";
import { listGitConnections } from "../../src/domain/git/connections.ts";
import { sweep } from "../../src/domain/sso/sweep.ts";
import {
  browserAt,
  type GitBrowser,
  type GitSetting,
  goThrough,
  startGitSetting,
  throughHost,
} from "../support/git.ts";
import { newOrganization, type TestOrganization } from "../support/organization.ts";
import { readPage } from "../support/page.ts";
import { BASE_URL } from "../support/service.ts";

let setting: GitSetting;
before(async () => {
  setting = await startGitSetting();
});
after(() => setting.stop());

const CONNECT = "/account/git/github/connect?access=private";
let people = 0;

async function newMember(org?: TestOrganization) {
  const login = `mallory${++people}`;
  const home = org ?? (await newOrganization(setting.service));
  const member = await home.addMember(`${login}@example.test`);
  const browser = browserAt(setting.service, await home.signIn(member.email));
  for (const host of ["github", "bitbucket", "gitlab"] as const) {
    setting.git.addAccount(host, { login, email: member.email });
  }
  return { org: home, member, browser, login };
}

/** The callback that GitHub would send this browser to. */
async function callbackOf(browser: GitBrowser, org: TestOrganization, login: string, path = CONNECT): Promise<URL> {
  const sent = await browser.open(`${org.url}${path}`);
  return new URL(await setting.git.authorize(sent.headers.get("location") ?? "", login));
}

const locationOf = (answer: Response) => answer.headers.get("location") ?? "";
const refusedAtApex = async (url: URL | string) => {
  const answer = await readPage(setting.service.fetch(String(url)));
  assert.equal(answer.status, 403, answer.html);
  assert.equal(answer.location, null);
  return answer;
};
const connections = async ({ org, member }: { org: TestOrganization; member: { id: string } }) =>
  (await listGitConnections(org.scope, member.id)).length;

describe("at the apex", () => {
  test("a state that was made up is refused, and nobody is sent anywhere", async () => {
    const { org } = await newMember();
    const { slug } = org.organization;
    for (const state of [`${slug}.${"A".repeat(43)}`, slug, `${slug}.`, "", "nobody.x", `.${slug}`, "%00.x"]) {
      const url = new URL(`${BASE_URL}/oauth/github/callback`);
      url.searchParams.set("code", "x");
      url.searchParams.set("state", state);
      await refusedAtApex(url);
    }
    await refusedAtApex(`${BASE_URL}/oauth/github/callback?code=x`);
    await refusedAtApex(`${BASE_URL}/oauth/github/callback`);
  });

  test("is told to the organization's administrators, under the number that the person reads", async () => {
    const { org } = await newMember();
    const state = `${org.organization.slug}.${"A".repeat(43)}`;
    const page = await refusedAtApex(`${BASE_URL}/oauth/github/callback?code=x&state=${state}`);
    const [event] = await listEvents(org.scope, { action: "git.refused", limit: 1 });
    assert.equal(event?.detail["code"], "git-state");
    assert.ok(page.html.includes(event?.referenceId ?? "none"));
  });

  test("a state is used once", async () => {
    const ada = await newMember();
    const callback = await callbackOf(ada.browser, ada.org, ada.login);
    const first = await setting.service.fetch(callback.href);
    assert.equal(first.status, 303);
    await refusedAtApex(callback);
    assert.equal((await ada.browser.open(locationOf(first))).status, 303);
  });

  test("of two answers to one state at the same moment one is taken", async () => {
    const ada = await newMember();
    const callback = await callbackOf(ada.browser, ada.org, ada.login);
    const answers = await Promise.all([1, 2, 3].map(() => setting.service.fetch(callback.href)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 403, 403]);
  });

  test("a state is good for ten minutes", async () => {
    const ada = await newMember();
    const callback = await callbackOf(ada.browser, ada.org, ada.login);
    setting.service.clock.advance(10 * 60_000);
    await refusedAtApex(callback);
  });

  test("a host's answer is taken only at its own address", async () => {
    const ada = await newMember();
    const callback = await callbackOf(ada.browser, ada.org, ada.login);
    for (const host of ["gitlab", "bitbucket"]) {
      await refusedAtApex(callback.href.replace("/oauth/github/", `/oauth/${host}/`));
    }
    assert.equal((await setting.service.fetch(callback.href)).status, 303);
  });

  test("a host that names itself must be the one that was asked (RFC 9207)", async () => {
    const ada = await newMember();
    const callback = await callbackOf(ada.browser, ada.org, ada.login);
    const [right, wrong] = [new URL(callback), new URL(callback)];
    wrong.searchParams.set("iss", `${setting.git.url}/gitlab`);
    right.searchParams.set("iss", `${setting.git.url}/github/login/oauth`);
    await refusedAtApex(wrong);
    assert.equal((await setting.service.fetch(right.href)).status, 303);
  });

  test("an answer that says a thing twice is refused", async () => {
    const ada = await newMember();
    for (const [name, value] of [
      ["code", "another"],
      ["state", "another"],
    ] as const) {
      const callback = await callbackOf(ada.browser, ada.org, ada.login);
      callback.searchParams.append(name, value);
      await refusedAtApex(callback);
    }
  });

  test("a host that is not configured has no callback", async () => {
    assert.equal((await setting.service.fetch(`${BASE_URL}/oauth/gitea/callback?code=x&state=y`)).status, 404);
  });
});

describe("at the organization", () => {
  test("the code of the hand-over works once", async () => {
    const ada = await newMember();
    const back = locationOf(await throughHost(setting, ada.browser, ada.org, CONNECT, ada.login));
    assert.equal((await ada.browser.open(back)).status, 303);
    assert.equal((await ada.browser.open(back)).status, 403);
  });

  test("at the same moment too", async () => {
    const ada = await newMember();
    const back = locationOf(await throughHost(setting, ada.browser, ada.org, CONNECT, ada.login));
    const answers = await Promise.all([1, 2, 3].map(() => ada.browser.open(back)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 403, 403]);
  });

  test("it works for sixty seconds", async () => {
    const ada = await newMember();
    const back = locationOf(await throughHost(setting, ada.browser, ada.org, CONNECT, ada.login));
    setting.service.clock.advance(60_000);
    assert.equal((await ada.browser.open(back)).status, 403);
    assert.equal(await connections(ada), 0);
  });

  test("it works in the browser that began and in no other, and is not used up by another", async () => {
    const [ada, mallory] = [await newMember(), await newMember()];
    const bo = await newMember(ada.org);
    const back = locationOf(await throughHost(setting, ada.browser, ada.org, CONNECT, ada.login));
    await callbackOf(bo.browser, ada.org, bo.login);
    for (const other of [bo.browser, mallory.browser, browserAt(setting.service)]) {
      assert.equal((await other.open(back)).status, 403);
    }
    const refused = await listEvents(ada.org.scope, { action: "git.refused", limit: 5 });
    assert.deepEqual(
      refused.map(({ detail }) => detail["code"]),
      ["git-state", "git-state", "git-state"],
    );
    assert.equal(await connections(bo), 0);
    assert.equal((await ada.browser.open(back)).status, 303);
  });

  test("it works at the organization that it was made for and at no other", async () => {
    const ada = await newMember();
    const other = await newOrganization(setting.service);
    const back = locationOf(await throughHost(setting, ada.browser, ada.org, CONNECT, ada.login));
    assert.equal((await ada.browser.open(back.replace(ada.org.url, other.url))).status, 403);
    assert.equal((await ada.browser.open(back)).status, 303);
  });

  test("a code of the hand-over that was made up is refused", async () => {
    const { org, browser } = await newMember();
    await browser.open(`${org.url}${CONNECT}`);
    for (const code of ["", "x", `skh_${"A".repeat(43)}`]) {
      assert.equal((await browser.open(`${org.url}/oauth/return?code=${code}`)).status, 403);
    }
    assert.equal((await browser.open(`${org.url}/oauth/return`)).status, 403);
  });

  test("whoever signed out or became somebody else meanwhile connects nothing", async () => {
    const ada = await newMember();
    const bo = await newMember(ada.org);
    for (const cookie of ["", bo.browser.cookie]) {
      const back = locationOf(await throughHost(setting, ada.browser, ada.org, CONNECT, ada.login));
      const mark = /__Host-git=[^;]+/.exec(ada.browser.cookie)?.[0] ?? "";
      const answer = await readPage(browserAt(setting.service, `${cookie}; ${mark}`).open(back));
      assert.equal(answer.status, 403);
      assert.match(answer.text, /Sign in and start again/);
    }
    assert.equal((await connections(ada)) + (await connections(bo)), 0);
  });

  test("a code that GitHub gave for another request is worth nothing here: PKCE", async () => {
    const [ada, mallory] = [await newMember(), await newMember()];
    const stolen = await callbackOf(ada.browser, ada.org, ada.login);
    const own = await callbackOf(mallory.browser, mallory.org, mallory.login);
    own.searchParams.set("code", stolen.searchParams.get("code") ?? "");
    const back = locationOf(await setting.service.fetch(own.href));
    const answer = await readPage(mallory.browser.open(back));
    assert.equal(answer.status, 403);
    assert.match(answer.text, /GitHub does not take this sign-in any more/);
    assert.equal(await connections(mallory), 0);
    const [event] = await listEvents(mallory.org.scope, { action: "git.refused", limit: 1 });
    assert.equal(event?.detail["got"], "bad_verification_code");
  });

  test("nobody is sent elsewhere in the end", async () => {
    const { org, browser, login } = await newMember();
    for (const next of ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]) {
      const path = `${CONNECT}&next=${encodeURIComponent(next)}`;
      assert.equal(locationOf(await goThrough(setting, browser, org, path, login)), "/?connected=github");
    }
  });

  test("whoever follows another site's link is asked before they go to the host", async () => {
    const { org, browser } = await newMember();
    for (const site of ["cross-site", "same-site"]) {
      const page = await readPage(browser.open(`${org.url}${CONNECT}`, { "sec-fetch-site": site }));
      assert.equal(page.status, 200);
      assert.match(page.text, /Another site's link led you here/);
    }
    for (const site of ["same-origin", "none"]) {
      assert.equal((await browser.open(`${org.url}${CONNECT}`, { "sec-fetch-site": site })).status, 303);
    }
  });
});

describe("a host that does not work as it should", () => {
  const meet = async (trouble: "broken" | "endless" | "silent" | "elsewhere" | "nonsense") => {
    const { github } = setting.git.hosts;
    const ada = await newMember();
    const back = locationOf(await throughHost(setting, ada.browser, ada.org, CONNECT, ada.login));
    github.trouble = trouble;
    github.asked.splice(0);
    const answer = await readPage(ada.browser.open(back));
    github.trouble = undefined;
    assert.equal(answer.status, 502);
    assert.match(answer.text, /GitHub does not answer as it should\. Nothing was changed/);
    assert.equal(await connections(ada), 0);
    return github.asked;
  };

  for (const trouble of ["broken", "endless", "silent"] as const) {
    test(`and is ${trouble} is waited for ten seconds at most, and nothing is changed`, async () => {
      await meet(trouble);
    });
  }

  test("and sends us elsewhere is not followed with our secret", async () => {
    assert.deepEqual(await meet("elsewhere"), ["POST /login/oauth/access_token"]);
  });

  test("and says nonsense of whose token it is has that token revoked again", async () => {
    const before = new Set(setting.git.hosts.github.tokens.keys());
    await meet("nonsense");
    const fresh = [...setting.git.hosts.github.tokens].filter(([token]) => !before.has(token));
    assert.deepEqual(
      fresh.map(([, { revoked }]) => revoked),
      [true],
    );
  });

  test("a registration that it refuses is told as its own answer says, to the administrator", async () => {
    const ada = await newMember();
    const back = locationOf(await throughHost(setting, ada.browser, ada.org, CONNECT, ada.login));
    const { app } = setting.git.hosts.github;
    Object.assign(app, { clientSecret: `${app.clientSecret}x` });
    assert.equal((await ada.browser.open(back)).status, 403);
    Object.assign(app, { clientSecret: app.clientSecret.slice(0, -1) });
    const [event] = await listEvents(ada.org.scope, { action: "git.refused", limit: 1 });
    assert.equal(event?.detail["got"], "incorrect_client_credentials");
  });
});

test("no secret of the way there and back is in the log", async () => {
  const lines: string[] = [];
  const { log } = setting.service.parts;
  const stream = (log as Logger & Record<symbol, { write(line: string): void }>)[symbols.streamSym];
  assert.ok(stream);
  Object.assign(stream, { write: (line: string) => lines.push(line) });
  log.level = "trace";
  const ada = await newMember();
  await goThrough(setting, ada.browser, ada.org, CONNECT, ada.login);
  const bo = await newMember(ada.org);
  await goThrough(setting, bo.browser, bo.org, CONNECT, ada.login);
  setting.git.hosts.github.trouble = "broken";
  const back = locationOf(await throughHostInTrouble(bo));
  await bo.browser.open(back);
  setting.git.hosts.github.trouble = undefined;
  log.info("the end");
  log.level = "silent";
  assert.ok(lines.some((line) => line.includes("the end")));
  assert.doesNotMatch(lines.join(""), /gho_|skh_|skl_|sks_|code_verifier|github-app/);
});

/** The answer of the host is there; only then it breaks. */
async function throughHostInTrouble(who: Awaited<ReturnType<typeof newMember>>): Promise<Response> {
  setting.git.hosts.github.trouble = undefined;
  const handed = await throughHost(setting, who.browser, who.org, CONNECT, who.login);
  setting.git.hosts.github.trouble = "broken";
  return handed;
}

describe("who begins without end", () => {
  test("in one browser has twenty ways open, the newest", async () => {
    const ada = await newMember();
    const callbacks = [];
    for (let times = 0; times < 21; times++) {
      setting.service.clock.advance(10);
      callbacks.push(await callbackOf(ada.browser, ada.org, ada.login));
    }
    const [first, second] = callbacks;
    await refusedAtApex(first ?? "");
    assert.equal((await setting.service.fetch(second?.href ?? "")).status, 303);
  });

  test("floods one organization with ten thousand, and pushes out nobody who connects", async () => {
    const ada = await newMember();
    const callback = await callbackOf(ada.browser, ada.org, ada.login);
    const { db } = setting.service.parts;
    const id = ada.org.organization.id;
    await sql`INSERT INTO git_flows (organization_id, state_hash, browser_hash, provider, access, next, expires_at)
      SELECT ${id}, sha256(n::text::bytea), sha256(n::text::bytea), 'github', 'email', '/',
        ${new Date(setting.service.clock.now.getTime() + 300_000)}::timestamptz
      FROM generate_series(1, 10050) n`.execute(db);
    await browserAt(setting.service).open(`${ada.org.url}/sign-in/git/github`);
    const rows = db.selectFrom("git_flows").select("member_id").where("organization_id", "=", id);
    const open = await rows.execute();
    assert.equal(open.filter(({ member_id }) => member_id === null).length, 10_000);
    assert.equal((await setting.service.fetch(callback.href)).status, 303);
  });
});

test("what nobody came back for is swept away", async () => {
  const ada = await newMember();
  await ada.browser.open(`${ada.org.url}${CONNECT}`);
  const { db } = setting.service.parts;
  const open = () =>
    db.selectFrom("git_flows").selectAll().where("organization_id", "=", ada.org.organization.id).execute();
  await sweep(db, setting.service.clock.now);
  assert.equal((await open()).length, 1);
  setting.service.clock.advance(10 * 60_000);
  await sweep(db, setting.service.clock.now);
  assert.deepEqual(await open(), []);
});
