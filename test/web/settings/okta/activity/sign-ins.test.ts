import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { push } from "../../../../okta/people.ts";
import { clickTile, referenceOn } from "../../../../okta/provider.ts";
import { LOOKUP, record } from "../../../../support/activity.ts";
import { newOrganization } from "../../../../support/organization.ts";
import { readPage } from "../../../../support/page.ts";
import { startTestService } from "../../../../support/service.ts";

const service = await startTestService();
after(() => service.stop());

const PATH = "/settings/okta/activity";

async function start() {
  const org = await newOrganization(service);
  const cookie = await org.signIn(org.owner.email);
  const open = (query: Record<string, string> | string = {}) =>
    readPage(org.page(typeof query === "string" ? query : `${PATH}?${new URLSearchParams(query)}`, cookie));
  const list = async (query: Record<string, string> | string = {}) =>
    [...(await open(query)).html.matchAll(/class="request-link"[^>]*>([^<]*)</g)].map(([, summary]) => summary);
  /** Opens the newest line. */
  const openFirst = async (query: Record<string, string> = {}) =>
    open(/class="request-link" href="([^"]+)"/.exec((await open(query)).html)?.[1] ?? "");
  return { org, cookie, open, list, openFirst };
}

describe("sign-ins stand among the requests of the directory", () => {
  test("in the order of time, with who it was and what came of it", async () => {
    const { org, list, open } = await start();
    const { userName } = await push(org, { displayName: "Ada Park", name: { givenName: "Ada", familyName: "Park" } });
    await clickTile(service, org, userName);
    await record(org, { summary: "Added Grace" });
    await clickTile(service, org, userName, { changes: { audience: "https://x.test" } });
    await clickTile(service, org, userName, { changes: { signed: "none" } });
    assert.deepEqual(await list(), [
      "Sign-in refused: nothing in it could be trusted",
      `Sign-in of ${userName} refused`,
      "Added Grace",
      "Ada Park signed in",
      "Added Ada Park",
    ]);
    assert.match((await open()).text, /Single Sign-On audience Refused/);
  });

  test("and can be shown by themselves, by person, by outcome and by reference number", async () => {
    const { org, list } = await start();
    const { userName, id } = await push(org, {
      displayName: "Ada Park",
      name: { givenName: "Ada", familyName: "Park" },
    });
    await record(org, { summary: "Added Grace", people: ["grace@example.test"] });
    await clickTile(service, org, userName);
    const page = await (await clickTile(service, org, "nobody@example.test")).text();
    const refused = "Sign-in of nobody@example.test refused";
    assert.deepEqual(await list({ kind: "sign-in" }), [refused, "Ada Park signed in"]);
    assert.deepEqual(await list({ kind: "scim" }), ["Added Grace", "Added Ada Park"]);
    assert.deepEqual(await list({ outcome: "signed-in" }), ["Ada Park signed in"]);
    assert.deepEqual(await list({ outcome: "refused" }), [refused]);
    assert.deepEqual(await list({ outcome: "passed" }), []);
    for (const person of [userName.toUpperCase(), id, "ada park"]) {
      assert.deepEqual(await list({ person }), ["Ada Park signed in", "Added Ada Park"], person);
    }
    assert.deepEqual(await list({ person: "nobody@example.test" }), [refused]);
    assert.deepEqual(await list({ person: "nobody@example.test", outcome: "signed-in" }), []);
    assert.deepEqual(await list({ reference: referenceOn(page).toLowerCase() }), [refused]);
    assert.deepEqual(await list({ group: "Engineering" }), []);
  });

  test("on pages without a gap, also where thousands of lookups lie between", async () => {
    const { org, list, open } = await start();
    const name = { givenName: "Ada", familyName: "Park" };
    const { userName } = await push(org, { displayName: "Ada Park", name });
    await clickTile(service, org, userName);
    for (let count = 0; count < 70; count += 1) {
      await record(org, { summary: `Number ${count}` });
      await clickTile(service, org, "nobody@example.test");
    }
    await record(org, ...Array.from({ length: 40 }, () => LOOKUP));
    const older = (html: string) => /rel="next" href="([^"]+)"/.exec(html)?.[1]?.replaceAll("&amp;", "&");
    const seen: (string | undefined)[] = [];
    for (let next: string | undefined = PATH; next; next = older((await open(next)).html))
      seen.push(...(await list(next)));
    assert.equal(seen.length, 142);
    assert.deepEqual(seen.slice(0, 3), [
      "Sign-in of nobody@example.test refused",
      "Number 69",
      "Sign-in of nobody@example.test refused",
    ]);
    assert.equal(seen.at(-1), "Added Ada Park");
    const signIns: (string | undefined)[] = [];
    const first = `${PATH}?kind=sign-in`;
    for (let next: string | undefined = first; next; next = older((await open(next)).html))
      signIns.push(...(await list(next)));
    assert.equal(signIns.length, 71);
  });

  test("of one's own organization only", async () => {
    const [one, other] = [await start(), await start()];
    await clickTile(service, one.org, "nobody@example.test");
    assert.equal((await one.list()).length, 1);
    assert.deepEqual(await other.list(), []);
    assert.deepEqual(await other.list({ person: "nobody@example.test" }), []);
  });
});

describe("the page of a sign-in", () => {
  test("says why it was refused, what to do, who it was, and shows every check and the response", async () => {
    const { org, openFirst } = await start();
    const { userName } = await push(org);
    const changes = { audience: "https://x.test/<b>", recipient: "https://y.test" };
    const page = await (
      await clickTile(service, org, userName, { changes, headers: { "user-agent": "Firefox" } })
    ).text();
    const { text, html } = await openFirst();
    assert.match(text, /2 things are wrong/);
    assert.ok(text.includes(`The audience is https://x.test/<b>; it must be ${org.url}.`));
    assert.ok(!html.includes("<b>"));
    assert.match(text, /Audience URI \(SP Entity ID\)/);
    assert.ok(text.includes(referenceOn(page)));
    assert.ok(text.includes(userName));
    assert.match(text, /Firefox/);
    assert.match(text, /\d+ passed, 2 failed/);
    assert.match(html, /<summary>.*saml2p:Response/s);
    assert.match(text, /left out, \d+ characters/);
    assert.doesNotMatch(html, /[A-Za-z0-9+/]{100}/, "a signature or certificate");
  });

  test("speaks of the organization's own provider", async () => {
    const { org, openFirst } = await start();
    const update = service.parts.db.updateTable("integrations").set({ provider: "entra" });
    await update.where("organization_id", "=", org.organization.id).execute();
    await clickTile(service, org, "a@example.test", { changes: { audience: "https://x.test" } });
    assert.match((await openFirst()).text, /At Microsoft Entra ID, .* set Identifier \(Entity ID\) to/);
  });

  test("of a success shows what was checked, and no refusal", async () => {
    const { org, openFirst } = await start();
    const { userName } = await push(org);
    await clickTile(service, org, userName);
    const { text } = await openFirst({ kind: "sign-in" });
    assert.match(text, /signed in Signed in/);
    assert.match(text, /\d+ passed\./);
    assert.doesNotMatch(text, /What to do/);
  });

  test("of what was no XML says so", async () => {
    const { org, openFirst } = await start();
    const body = new URLSearchParams({ SAMLResponse: "???" });
    await service.fetch(`${org.url}/okta/auth`, { method: "POST", body });
    const { text } = await openFirst();
    assert.match(text, /It could not be read as XML, or it is not kept/);
    assert.match(text, /Nothing in it could be trusted/);
  });
});
