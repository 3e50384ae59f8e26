import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Page } from "playwright-core";
import { type GitServer, startGitServer } from "../../dev/git/server.ts";
import { fact, look, noBrowser, openBrowser } from "./browser.ts";
import { type Setting, startSetting } from "./setting.ts";

test("a newcomer signs in through SSO, connects GitHub, skips Bitbucket, manages it, and later signs in with it", {
  skip: noBrowser,
}, async (t) => {
  const { setting, git } = await startAll(t);
  const browser = await openBrowser(t);
  const [ada, bo] = [await browser.window(), await browser.window()];
  await connectOkta(setting);
  const page = await ada.tab();

  await arrive(setting, page);
  await connectGitHub(setting, git, page);
  await skipTheRest(setting, page);
  await widen(setting, page);
  await sayNo(setting, page);
  await signInWithGitHub(setting, page);
  await refuseStranger(setting, git, await bo.tab());
  await disconnect(setting, git, page);

  for (const window of [ada, bo]) assert.deepEqual(window.complaints, []);
});

async function startAll(t: TestContext): Promise<{ setting: Setting; git: GitServer }> {
  const { promise, resolve } = Promise.withResolvers<GitServer>();
  const setting = await startSetting(t, async (apex) => {
    const git = await startGitServer({ apex });
    t.after(() => git.stop());
    resolve(git);
    const { GITLAB_CLIENT_ID: _id, GITLAB_CLIENT_SECRET: _secret, ...withoutGitLab } = git.environment;
    return withoutGitLab;
  });
  return { setting, git: await promise };
}

async function connectOkta({ operator, okta }: Setting): Promise<void> {
  const owner = { email: "olive@example.test", name: "Olive Owner" };
  await operator("POST", "/organizations", { slug: "acme", name: "Acme", owner });
  const { ssoUrl, issuer, certificate } = okta;
  const made = await operator("PUT", "/organizations/acme/okta-integration", { ssoUrl, issuer, certificate });
  const { acsUrl, audience, scimBaseUrl, scimToken } = made;
  await okta.connect({ acsUrl, audience, scimBaseUrl, scimToken, generation: "catalogue" });
  await okta.assign(okta.people.find(({ email }) => email === "ada.park@example.test")?.id ?? "");
}

/** From a page that she asked for, through Okta, to the welcome page. */
async function arrive({ acme }: Setting, page: Page): Promise<void> {
  await page.goto(`${acme}/people`);
  await page.getByRole("link", { name: "Sign in with GitHub" }).waitFor();
  await look(page, "60-sign-in-with-git");
  await page.getByRole("link", { name: "Sign in with Okta" }).click();
  await page.getByLabel("Signed in as").selectOption({ label: "Ada Park, ada.park@example.test" });
  await page.getByRole("button", { name: "Switch" }).click();
  await page.getByRole("heading", { name: "Welcome to Acme" }).waitFor();
  await look(page, "61-welcome");
}

async function connectGitHub({ acme }: Setting, git: GitServer, page: Page): Promise<void> {
  git.addAccount("github", { login: "adapark", name: "Ada Park", email: "ada.private@example.test" });
  await page.getByRole("link", { name: "Connect: public repositories (GitHub)" }).click();
  await page.getByText("user:email public_repo").waitFor();
  await page.getByRole("button", { name: "Authorize as @adapark" }).click();
  await page.getByText("GitHub is connected.").waitFor();
  assert.equal(page.url(), `${acme}/welcome?next=%2Fpeople&connected=github`);
  await page.getByText("Connected as @adapark, public repositories, since").waitFor();
  await look(page, "62-welcome-connected");
}

/** Bitbucket can wait: she lands where she wanted to go. */
async function skipTheRest({ acme }: Setting, page: Page): Promise<void> {
  await page.getByRole("link", { name: "Continue" }).click();
  await page.getByRole("heading", { name: "People" }).waitFor();
  assert.equal(page.url(), `${acme}/people`);
}

async function widen({ acme }: Setting, page: Page): Promise<void> {
  await page.goto(`${acme}/account`);
  await look(page, "63-account");
  await page.getByRole("link", { name: "Widen to private repositories (GitHub)" }).click();
  await page.getByRole("button", { name: "Authorize as @adapark" }).click();
  await page.getByText("Connected as @adapark, private repositories, since").waitFor();
  await page.getByRole("button", { name: "Check GitHub" }).click();
  await page.getByText("GitHub was asked: see below.").waitFor();
}

/** She changes her mind at Bitbucket, and nothing has changed. */
async function sayNo({ acme }: Setting, page: Page): Promise<void> {
  await page.getByRole("link", { name: "Connect (Bitbucket)" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("You did not allow it at Bitbucket. Nothing was changed.").waitFor();
  await look(page, "64-git-denied");
  await page.getByRole("link", { name: "Go back" }).click();
  assert.equal(page.url(), `${acme}/account`);
}

async function signInWithGitHub({ acme }: Setting, page: Page): Promise<void> {
  await page.goto(`${acme}/`);
  await page.locator("summary").filter({ hasText: "organization menu" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.goto(`${acme}/account`);
  await page.getByRole("link", { name: "Sign in with GitHub" }).click();
  await page.getByRole("button", { name: "Authorize as @adapark" }).click();
  await page.getByRole("heading", { name: "Your account" }).waitFor();
  assert.match(await fact(page, "Signed in with"), /^Git account/);
}

/** Whom nobody invited reads whom to ask. */
async function refuseStranger({ acme }: Setting, git: GitServer, page: Page): Promise<void> {
  git.addAccount("github", { login: "stranger", name: "Bo Stranger", email: "bo@elsewhere.test" });
  await page.goto(`${acme}/sign-in`);
  await page.getByRole("link", { name: "Sign in with GitHub" }).click();
  await page.getByRole("button", { name: "Authorize as @stranger" }).click();
  await page.getByText("Ask one of its owners to invite you.").waitFor();
  await look(page, "65-git-stranger");
}

async function disconnect({ acme }: Setting, git: GitServer, page: Page): Promise<void> {
  await page.goto(`${acme}/account`);
  await page.getByRole("link", { name: "Disconnect GitHub" }).click();
  await page.getByRole("heading", { name: "Disconnect GitHub?" }).waitFor();
  await look(page, "66-git-disconnect");
  await page.getByRole("button", { name: "Disconnect" }).click();
  await page.getByText("GitHub is disconnected, and our access there is revoked.").waitFor();
  await look(page, "67-account-disconnected");
  assert.ok([...git.hosts.github.tokens.values()].every(({ revoked }) => revoked));
}
