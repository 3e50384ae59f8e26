import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { map } from "../okta/mapping.ts";
import { browserAt, type GitSetting, goThrough, startGitSetting } from "../support/git.ts";
import { newOrganization, oktaUser } from "../support/organization.ts";
import { readPage } from "../support/page.ts";
import { startTestService } from "../support/service.ts";

let setting: GitSetting;
before(async () => {
  setting = await startGitSetting();
});
after(() => setting.stop());

async function newcomer() {
  const org = await newOrganization(setting.service);
  const member = await org.addMember("ada@example.test", "member", "Ada Park");
  setting.git.addAccount("github", { login: "ada", email: member.email });
  const browser = browserAt(setting.service, await org.signIn(member.email));
  return { org, member, browser, welcome: (query = "") => readPage(browser.open(`${org.url}/welcome${query}`)) };
}

describe("the welcome page", () => {
  test("says who one is and where, and has a row for each configured host", async () => {
    const { org, welcome } = await newcomer();
    const page = await welcome("?next=%2Fpeople");
    assert.equal(page.heading, `Welcome to ${org.organization.name}`);
    assert.deepEqual([page.fact("Name"), page.fact("Email")], ["Ada Park", "ada@example.test"]);
    for (const name of ["GitHub", "Bitbucket", "GitLab"]) assert.match(page.text, new RegExp(`${name} Not connected`));
    for (const access of ["email", "public", "private"]) {
      const next = encodeURIComponent("/welcome?next=%2Fpeople");
      assert.ok(page.html.includes(`/account/git/github/connect?access=${access}&amp;next=${next}`));
    }
    assert.match(page.html, /href="\/people"[^>]*>\s*Skip for now/);
  });

  test("comes back after connecting, says as whom, and goes on to where one wanted to go", async () => {
    const { org, browser } = await newcomer();
    const next = encodeURIComponent("/welcome?next=%2Fpeople");
    const path = `/account/git/github/connect?access=public&next=${next}`;
    const back = (await goThrough(setting, browser, org, path, "ada")).headers.get("location") ?? "";
    assert.match(back, /^\/welcome\?next=%2Fpeople&connected=github$/);
    const page = await readPage(browser.open(`${org.url}${back}`));
    assert.match(page.text, /GitHub is connected\./);
    assert.match(page.text, /Connected as @ada, public repositories, since/);
    assert.match(page.text, /Widen to private repositories/);
    assert.match(page.html, /href="\/people"[^>]*>\s*Continue/);
  });

  test("leads nowhere else", async () => {
    const { welcome } = await newcomer();
    for (const next of ["https://evil.example", "//evil.example", "javascript:alert(1)"]) {
      const page = await welcome(`?next=${encodeURIComponent(next)}`);
      assert.match(page.html, /href="\/"[^>]*>\s*Skip for now/);
      assert.doesNotMatch(page.html, /evil|javascript:/);
    }
  });

  test("without a configured host has no rows, and just goes on", async () => {
    const plain = await startTestService();
    try {
      const org = await newOrganization(plain);
      const page = await readPage(org.page("/welcome", await org.signIn(org.owner.email)));
      assert.doesNotMatch(page.text, /git/i);
      assert.match(page.html, /href="\/"[^>]*>\s*Skip for now/);
    } finally {
      await plain.stop();
    }
  });
});

describe("the account page", () => {
  test("shows each host with what can be done: connect, widen, check, disconnect", async () => {
    const { org, browser } = await newcomer();
    await goThrough(setting, browser, org, "/account/git/github/connect?access=email", "ada");
    const page = await readPage(browser.open(`${org.url}/account`));
    assert.match(page.text, /GitHub Connected Connected as @ada, email only, since/);
    assert.match(page.text, /Widen to public repositories/);
    assert.match(page.html, /href="\/account\/git\/github\/disconnect"/);
    assert.match(page.html, /action="\/account\/git\/github\/check"/);
    assert.equal(page.fact("Git accounts"), "@ada at GitHub");
    assert.equal(page.fact("Single Sign-On"), "Through Okta");
  });

  test("lets whoever was added by hand change their name, and keeps what was typed wrong", async () => {
    const { org, browser } = await newcomer();
    const wrong = await readPage(org.page("/account/name", browser.cookie, { name: " " }));
    assert.equal(wrong.status, 422);
    assert.equal(wrong.error("name"), "A name has 1 to 200 characters.");
    const long = await readPage(org.page("/account/name", browser.cookie, { name: "x".repeat(201) }));
    assert.equal(long.field("name"), "x".repeat(201));
    const saved = await org.page("/account/name", browser.cookie, { name: " Ada Lovelace " });
    assert.equal(saved.headers.get("location"), "/account?named");
    const page = await readPage(browser.open(`${org.url}/account?named`));
    assert.equal(page.fact("Name"), "Ada Lovelace");
    assert.match(page.text, /Your name is changed/);
  });

  test("says why a name is read-only that the directory keeps, and refuses to change it", async () => {
    const org = await newOrganization(setting.service);
    const user = oktaUser();
    await org.scim("POST", "/Users", user);
    const cookie = await org.signIn(user.userName);
    const page = await readPage(org.page("/account", cookie));
    assert.match(page.text, /Your name and email are kept by Okta: they are changed there/);
    assert.doesNotMatch(page.html, /\/account\/name/);
    assert.equal((await org.page("/account/name", cookie)).status, 409);
    assert.equal((await org.page("/account/name", cookie, { name: "Eve" })).status, 409);
    assert.equal((await readPage(org.page("/account", cookie))).fact("Name"), user.displayName);
  });

  test("tells where role and groups come from", async () => {
    const org = await newOrganization(setting.service);
    const user = oktaUser();
    const { id } = (await org.scim("POST", "/Users", user)).body;
    await org.scim("POST", "/Groups", { displayName: "Platform Team", members: [{ value: id }] });
    const page = await readPage(org.page("/account", await org.signIn(user.userName)));
    assert.match(page.text, /Role: Member What every member has/);
    assert.match(page.text, /Group: Platform Team Pushed by Okta/);
    assert.match(page.html, /<a href="\/groups\/[\w-]+">Platform Team<\/a>/);
    await map(org, [{ kind: "group", name: "Platform Team", role: "admin" }]);
    const mapped = await readPage(org.page("/account", await org.signIn(user.userName)));
    assert.match(mapped.text, /Role: Admin Given by the group Platform Team, pushed by Okta/);
    const owner = await readPage(org.page("/account", await org.signIn(org.owner.email)));
    assert.match(owner.text, /Role: Owner Given by hand/);
  });
});
