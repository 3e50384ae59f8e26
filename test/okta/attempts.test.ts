import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import type { KeptAttempt } from "../../src/domain/activity/attempts.ts";
import { getAttempt } from "../../src/domain/activity/attempts.ts";
import { newOrganization, type TestOrganization } from "../support/organization.ts";
import { startTestService } from "../support/service.ts";
import { memberOf, push } from "./people.ts";
import { clickTile, encoded, post, referenceOn, responseXml } from "./provider.ts";

const service = await startTestService();
after(() => service.stop());

async function attemptsOf(org: TestOrganization): Promise<KeptAttempt[]> {
  const rows = await service.parts.db
    .selectFrom("sign_in_attempts")
    .select("id")
    .where("organization_id", "=", org.organization.id)
    .orderBy("id")
    .execute();
  return Promise.all(rows.map(({ id }) => getAttempt(org.scope, id)));
}

const failed = ({ checks }: KeptAttempt) => checks.filter(({ passed }) => !passed).map(({ check }) => check);

describe("an attempt to sign in is kept", () => {
  test("with every check, who it was and from where, where it succeeded", async () => {
    const org = await newOrganization(service);
    const { userName } = await push(org);
    await clickTile(service, org, userName, { headers: { "user-agent": "Firefox" } });
    const [attempt, ...more] = await attemptsOf(org);
    assert.equal(more.length, 0);
    assert.ok(attempt);
    assert.equal(attempt.outcome, "signed-in");
    assert.equal(attempt.purpose, "sign-in");
    assert.equal(attempt.email, userName);
    assert.equal(attempt.memberId, (await memberOf(service, org, userName))?.id);
    assert.equal(attempt.userAgent, "Firefox");
    assert.equal(attempt.code, null);
    assert.deepEqual(failed(attempt), []);
    assert.deepEqual(
      attempt.checks.slice(-4).map(({ check }) => check),
      ["email", "in-response-to", "replay", "person"],
    );
    assert.ok(attempt.checks.length > 25);
  });

  test("with all comparisons that failed, under the number that the person read", async () => {
    const org = await newOrganization(service);
    const { userName } = await push(org);
    const changes = { audience: "https://other.test", recipient: "https://other.test/acs" };
    const page = await (await clickTile(service, org, userName, { changes })).text();
    const [attempt] = await attemptsOf(org);
    assert.ok(attempt);
    assert.equal(attempt.referenceId, referenceOn(page));
    assert.equal(attempt.outcome, "refused");
    assert.equal(attempt.code, "audience");
    assert.ok(page.includes(attempt.sentence ?? "?"));
    assert.deepEqual(failed(attempt), ["audience", "recipient"]);
    const audience = attempt.checks.find(({ check }) => check === "audience");
    assert.deepEqual([audience?.wanted, audience?.got], [org.url, "https://other.test"]);
    assert.ok(attempt.signed);
    assert.equal(attempt.email, userName);
  });

  test("with what was passed before it, where the person may not come in or comes twice", async () => {
    const org = await newOrganization(service);
    await clickTile(service, org, "nobody@example.test");
    const { userName } = await push(org);
    const response = encoded(responseXml(service, org, userName));
    await post(service, org, response);
    await post(service, org, response);
    const [unknown, , replayed] = await attemptsOf(org);
    assert.ok(unknown && replayed);
    assert.equal(unknown.code, "unknown-person");
    assert.deepEqual(failed(unknown), ["person"]);
    assert.deepEqual(
      unknown.checks.slice(-3).map(({ check }) => check),
      ["in-response-to", "replay", "person"],
    );
    assert.equal(replayed.code, "replay");
    assert.equal(replayed.checks.at(-1)?.check, "replay");
    assert.deepEqual(failed(replayed), ["replay"]);
  });

  test("naming nobody where no trusted signature covers it", async () => {
    const org = await newOrganization(service);
    const { userName } = await push(org);
    await clickTile(service, org, userName, { changes: { signed: "none" } });
    await post(service, org, encoded("<a>not a response</a>"));
    await post(service, org, "???");
    await service.fetch(`${org.url}/okta/auth`, { method: "POST", body: new URLSearchParams({ other: "1" }) });
    const attempts = await attemptsOf(org);
    assert.deepEqual(
      attempts.map(({ code }) => code),
      ["signature-policy", "response", "base64", "request"],
    );
    assert.ok(attempts.every(({ signed, email, memberId }) => !signed && email === null && memberId === null));
    assert.deepEqual(
      attempts.map(({ assertion }) => assertion !== null),
      [true, true, false, false],
    );
  });

  test("without the response as it was, its signatures, digests and certificates", async () => {
    const org = await newOrganization(service);
    const { userName } = await push(org);
    const xml = responseXml(service, org, userName);
    await post(service, org, encoded(xml));
    await post(service, org, encoded(xml.replace(userName, `x${userName}`)));
    const everything = JSON.stringify([
      await service.parts.db
        .selectFrom("sign_in_attempts")
        .selectAll()
        .where("organization_id", "=", org.organization.id)
        .execute(),
    ]);
    assert.ok(everything.includes("left out"));
    const values = [...xml.matchAll(/<\w+:(?:SignatureValue|DigestValue|X509Certificate)>([^<]+)</g)];
    assert.ok(values.length >= 6);
    for (const [, value = ""] of values) assert.ok(!everything.includes(value.slice(0, 24)));
    assert.ok(!everything.includes(encoded(xml).slice(0, 60)));
  });

  test("whatever characters were sent", async () => {
    const org = await newOrganization(service);
    const changes = { audience: `\\u0000 \\ud800 "'<&> ${"😀".repeat(300)}` };
    const response = await clickTile(service, org, "a@example.test", { changes });
    assert.equal(response.status, 403);
    assert.equal((await attemptsOf(org))[0]?.code, "audience");
  });
});

test("a flood of what nobody signed is kept up to a bound, and what the provider signed is kept all the same", async () => {
  const org = await newOrganization(service);
  const junk = encoded("<a>not a response</a>");
  for (let count = 0; count < 310; count += 1) assert.equal((await post(service, org, junk)).status, 400);
  const kept = await attemptsOf(org);
  assert.equal(kept.length, 300);
  assert.equal(kept.filter(({ assertion }) => assertion !== null).length, 60);
  await clickTile(service, org, "nobody@example.test");
  assert.equal((await attemptsOf(org)).length, 301);
  service.clock.advance(3_700_000);
  await post(service, org, junk);
  const later = await attemptsOf(org);
  assert.equal(later.length, 302);
  assert.ok(later.at(-1)?.assertion);
});

test("attempts go with their organization", async () => {
  const org = await newOrganization(service);
  await clickTile(service, org, "nobody@example.test");
  assert.equal((await attemptsOf(org)).length, 1);
  assert.equal((await service.operator("DELETE", `/organizations/${org.organization.slug}`)).status, 204);
  assert.equal((await attemptsOf(org)).length, 0);
});
