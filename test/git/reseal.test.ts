import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import { createSealer } from "../../src/db/sealed.ts";
import { holdGitTokens } from "../../src/domain/git/renew.ts";
import { resealEverything } from "../../src/reseal.ts";
import { browserAt, type GitSetting, goThrough, startGitSetting } from "../support/git.ts";
import { newOrganization } from "../support/organization.ts";

let setting: GitSetting;
before(async () => {
  setting = await startGitSetting();
});
after(() => setting.stop());

test("a key is rotated: everything opens with both, and after `npm run reseal` with the new one alone", async () => {
  const { service, git } = setting;
  const org = await newOrganization(service);
  const member = await org.addMember("ada@example.test");
  const browser = browserAt(service, await org.signIn(member.email));
  git.addAccount("github", { login: "ada", email: member.email });
  await goThrough(setting, browser, org, "/account/git/github/connect", "ada");
  assert.equal((await org.page("/okta/metadata")).status, 200);

  const { config, db, log } = service.parts;
  const before = config.secretKey;
  const [fresh, lost] = [randomBytes(32), randomBytes(32)];
  const found = await sql<{ name: string }>`SELECT current_database() AS name`.execute(db);
  const url = new URL(process.env["TEST_DATABASE_URL"] ?? "");
  url.pathname = `/${found.rows[0]?.name}`;
  const run = (secretKey: Buffer, previousSecretKey: Buffer | undefined) =>
    resealEverything({ ...config, databaseUrl: url.href, secretKey, previousSecretKey }, log);
  const opens = async (secretKey: Buffer) =>
    (await holdGitTokens(org.scope, createSealer(secretKey), member.id, "github")).tokens !== undefined;

  assert.match(await run(fresh, lost), /Sealed anew: the tokens of 0 .* Neither key opens those of 1 git connections/);
  assert.ok(await opens(before));
  assert.match(await run(fresh, before), /the tokens of 1 git connections and \d+ pairs of keys\. Nothing is left/);
  assert.ok(await opens(fresh));
  assert.ok(!(await opens(before)));
  assert.match(await run(fresh, undefined), /the tokens of 0 git connections and 0 pairs of keys\. Nothing is left/);
});
