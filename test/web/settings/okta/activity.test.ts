import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { LOOKUP, record } from "../../../support/activity.ts";
import { newOrganization, type OrganizationOptions, oktaUser } from "../../../support/organization.ts";
import { readPage } from "../../../support/page.ts";
import { startTestService, type TestService } from "../../../support/service.ts";

let service: TestService;
before(async () => {
  service = await startTestService({ ACTIVITY_DAYS: "7" });
});
after(() => service.stop());

const PATH = "/settings/okta/activity";

async function start(options?: OrganizationOptions) {
  const org = await newOrganization(service, options);
  const cookie = await org.signIn(org.owner.email);
  const open = (query: string | Record<string, string> = "") => {
    const text = typeof query === "string" ? query : `?${new URLSearchParams(query)}`;
    return readPage(org.page(text.startsWith("/") ? text : `${PATH}${text}`, cookie));
  };
  /** What the list shows, the newest first. */
  const list = async (query: string | Record<string, string> = "") =>
    [...(await open(query)).html.matchAll(/class="request-link"[^>]*>([^<]*)</g)].map(([, summary]) => summary);
  return { org, cookie, open, list };
}

const linkIn = (html: string, label: string) =>
  new RegExp(`href="([^"]+)">${label}<`).exec(html)?.[1]?.replaceAll("&amp;", "&") ?? "";

describe("who may open it", () => {
  test("owners and admins; a member is told whom to ask", async () => {
    const { org } = await start();
    await org.addMember("admin@example.test", "admin");
    await org.addMember("mel@example.test");
    const [id] = await record(org, {});
    for (const path of [PATH, `${PATH}/${id}`, `${PATH}/stream`]) {
      assert.equal((await org.page(path, await org.signIn("admin@example.test"))).status, 200, path);
      assert.equal((await org.page(path, await org.signIn("mel@example.test"))).status, 403, path);
      assert.equal((await org.page(path)).status, 303, path);
    }
  });

  test("the settings lead to it, and each person to what was asked about them, for those who may open it", async () => {
    const { org, open } = await start();
    await org.addMember("mel+x@example.test");
    await org.scim("GET", "/Users");
    const link = `href="${PATH}?person=mel%2Bx%40example.test"`;
    assert.ok((await open("/people")).html.includes(link));
    assert.ok(!(await (await org.page("/people", await org.signIn("mel+x@example.test"))).text()).includes(PATH));
    for (const page of ["/settings", "/settings/okta"]) assert.ok((await open(page)).html.includes(`href="${PATH}"`));
    const { cookie, org: small } = await start({ plan: "startup", integration: "none" });
    assert.ok(!(await (await small.page("/people", cookie)).text()).includes(PATH));
  });
});

describe("the list", () => {
  test("shows what was asked, in words, with time, status, duration and reference number, the newest first", async () => {
    const { org, open, list } = await start();
    const at = new Date(service.clock.now.getTime() - 60_000);
    const refused = { at, status: 409, outcome: "refused", duration_ms: 1234, reference_id: "AAAAA-BBBBB" } as const;
    await record(org, { ...refused, summary: "Refused to add Ada Park" }, { summary: "Added Grace Hopper" });
    assert.deepEqual(await list(), ["Added Grace Hopper", "Refused to add Ada Park"]);
    const { text, html } = await open();
    assert.match(text, /\d{2}:\d{2}:\d{2} UTC POST \/Users Refused 409 1\.2 s AAAAA-BBBBB/);
    assert.ok(html.includes(`<time datetime="${at.toISOString()}">`));
    assert.match(text, /the last 7 days/);
  });

  test("hides lookups and reads until they are wanted", async () => {
    const { org, list } = await start();
    await record(org, LOOKUP, { summary: "Added Ada" });
    assert.deepEqual(await list(), ["Added Ada"]);
    assert.deepEqual(await list("?reads=on"), ["Added Ada", LOOKUP.summary]);
    assert.deepEqual(await list("?outcome=read"), [LOOKUP.summary]);
  });

  test("shows the lookups where there is nothing else yet, such as the test of the connection", async () => {
    const { org, list } = await start();
    await record(org, LOOKUP);
    assert.deepEqual(await list(), [LOOKUP.summary]);
  });

  test("says what to do where nothing was ever asked", async () => {
    const { open } = await start();
    assert.match((await open()).text, /Nothing yet\. In Okta press Test Connector Configuration/);
  });

  test("has pages: older ones follow without a gap, and one link leads back to the newest", async () => {
    const { org, list, open } = await start();
    await record(org, ...Array.from({ length: 120 }, (_, n) => ({ summary: `Number ${n}` })));
    const wanted = Array.from({ length: 120 }, (_, n) => `Number ${119 - n}`);
    const second = linkIn((await open()).html, "Older");
    const third = linkIn((await open(second)).html, "Older");
    assert.deepEqual([...(await list()), ...(await list(second)), ...(await list(third))], wanted);
    const last = await open(third);
    assert.equal(linkIn(last.html, "Older"), "");
    assert.equal(linkIn(last.html, "Newest"), PATH);
    assert.ok(!last.html.includes("data-live="), "an old page is not followed");
  });

  test("finds what changed something below thousands of lookups, and goes on where it stopped to look", async () => {
    const { org, list, open } = await start();
    const group_id = "01900000-0000-7000-8000-000000000001";
    await record(org, { summary: "Long ago", reference_id: "AAAAA-00001", group_id, outcome: "removed" });
    await record(org, ...Array.from({ length: 6_000 }, () => ({ ...LOOKUP, group_id })));
    assert.deepEqual(await list(), ["Long ago"]);
    assert.deepEqual(await list({ reference: "aaaaa-00001" }), ["Long ago"]);
    const first = await open({ group: group_id, outcome: "removed" });
    assert.match(first.text, /Nothing on this page matches the filter/);
    assert.deepEqual(await list(linkIn(first.html, "Older")), ["Long ago"]);
  });

  test("keeps its filter from page to page", async () => {
    const { org, list, open } = await start();
    const people = (n: number) => ({ people: [n % 2 ? "odd@example.test" : "even@example.test"], summary: `${n}` });
    await record(org, ...Array.from({ length: 120 }, (_, n) => people(n)));
    const older = linkIn((await open({ person: "odd@example.test" })).html, "Older");
    assert.deepEqual(await list(older), ["19", "17", "15", "13", "11", "9", "7", "5", "3", "1"]);
  });
});

describe("a filter", () => {
  test("by person takes an id, a userName or an address in any case, and the name of a member", async () => {
    const { org, list } = await start();
    const { body } = await org.scim("POST", "/Users", {
      userName: "APark",
      emails: [{ value: "Ada.Park@example.test", primary: true }],
      name: { formatted: "Ada Park" },
      displayName: "Ada Park",
    });
    await record(org, { summary: "By id", people: [body.id] }, { summary: "By name", people: ["apark"] });
    await record(org, { summary: "By address", people: ["ada.park@example.test"] });
    await record(org, { summary: "By what is gone", people: ["old@example.test"] });
    await record(org, { summary: "Another", people: ["grace@example.test"] });
    const ours = async (person: string) =>
      (await list({ person })).filter((each) => each?.startsWith("By ") || each === "Another");
    for (const typed of [body.id.toUpperCase(), " apark ", "ADA.PARK@example.test", "ada park"]) {
      assert.deepEqual(await ours(typed), ["By address", "By name", "By id"], typed);
    }
    assert.deepEqual(await ours("OLD@example.test"), ["By what is gone"]);
    assert.deepEqual(await ours("Ada"), []);
  });

  test("by group takes an id or a name, also together with a person", async () => {
    const { org, list } = await start();
    const group = (await org.scim("POST", "/Groups", { displayName: "Engineering" })).body.id as string;
    await record(org, { summary: "Ada joined", group_id: group }, { summary: "Added Ada" });
    await record(org, { summary: "Bo joined", group_id: group, people: ["bo@example.test"] });
    const ours = async (query: Record<string, string>) =>
      (await list(query)).filter((each) => /joined|Added Ada/.test(each ?? ""));
    assert.deepEqual(await ours({ group: "ENGINEERING" }), ["Bo joined", "Ada joined"]);
    assert.deepEqual(await ours({ group }), ["Bo joined", "Ada joined"]);
    assert.deepEqual(await ours({ group, person: "ada@example.test" }), ["Ada joined"]);
    assert.deepEqual(await ours({ group: "Nobody's" }), []);
  });

  test("by outcome shows that alone, and by reference number the one request, also a lookup", async () => {
    const { org, list } = await start();
    const outcomes = ["added", "changed", "removed", "refused", "unchanged", "read"] as const;
    await record(org, ...outcomes.map((outcome, n) => ({ outcome, summary: outcome, reference_id: `AAAAA-0000${n}` })));
    for (const outcome of outcomes) assert.deepEqual(await list({ outcome }), [outcome]);
    assert.deepEqual(await list({ reference: "aaaaa-00005" }), ["read"]);
    assert.deepEqual(await list({ reference: "AAAAA-00003", outcome: "refused" }), ["refused"]);
    assert.deepEqual(await list({ reference: "AAAAA-99999" }), []);
  });

  test("that is nonsense shows a page all the same", async () => {
    const { org, open } = await start();
    await record(org, {});
    for (const query of [
      "?outcome=x",
      "?before=x",
      "?person=%00a",
      "?group=%00",
      "?reference=%00%F0",
      "?person=%ED%A0%80",
    ]) {
      assert.equal((await open(query)).status, 200, query);
    }
    assert.equal((await open({ person: "x".repeat(10_000), group: "y".repeat(10_000) })).status, 200);
  });

  test("explains for somebody who was never named what is likely wrong in Okta", async () => {
    const { org, open } = await start();
    await record(org, {});
    const { text } = await open({ person: "grace@example.test" });
    assert.match(text, /Okta has not sent anything about grace@example\.test in the last 7 days: assign them/);
    assert.match(text, /not assigned to the app/);
    assert.match(text, /Application username/);
    assert.match(text, /Create Users is off/);
  });

  test("that hides all of what is known of a person says so and shows the way", async () => {
    const { org, open, list } = await start();
    await record(org, { ...LOOKUP, people: ["ada@example.test"] });
    const page = await open({ person: "ada@example.test" });
    assert.doesNotMatch(page.text, /has not sent anything/);
    assert.deepEqual(await list(linkIn(page.html, "Show everything about ada@example.test, lookups too")), [
      LOOKUP.summary,
    ]);
    assert.match((await open({ group: "Nobody's" })).text, /No request of the last 7 days matches/);
  });
});

test("why somebody did not sync: the address leads to the refusal, and that to what to do", async () => {
  const { org, open, list } = await start();
  const ada = oktaUser({ name: { givenName: "Ada", familyName: "Park" } });
  await org.scim("POST", "/Users", ada);
  const again = oktaUser({ emails: ada.emails, password: "x7Placehold" });
  assert.equal((await org.scim("POST", "/Users", again)).status, 409);
  assert.deepEqual(await list({ person: ada.userName }), [`Refused to add ${again.displayName}`, "Added Ada Park"]);
  const { html } = await open({ person: ada.userName, outcome: "refused" });
  const page = await open(/class="request-link" href="([^"]+)"/.exec(html)?.[1] ?? "");
  assert.match(page.text, /Another user here has this address already.*What to do/);
  assert.ok(page.text.includes(`"userName": "${again.userName}"`));
  assert.doesNotMatch(page.html, /x7Placehold/);
});

test("the chart counts each hour of the last day, and says the same in a table", async () => {
  const { org, open } = await start();
  const hour = Math.floor(service.clock.now.getTime() / 3_600_000) * 3_600_000;
  const ago = (hours: number) => new Date(hour - hours * 3_600_000 + 1_000);
  await record(org, { at: ago(23) }, { at: ago(23) }, { at: ago(24) }, { at: ago(2), outcome: "refused" }, LOOKUP);
  const { html, text } = await open();
  assert.match(html, /role="img" aria-label="Bars by hour: 2 added, 0 changed, 0 removed, 1 refused"/);
  assert.equal(html.match(/class="bar-added"/g)?.length, 1);
  assert.equal(html.match(/class="bar-refused"/g)?.length, 1);
  assert.match(text, /From Added Changed Removed Refused .{11,12}, \d\d:00 UTC 2 0 0 0/);
});

describe("one request", () => {
  test("shows both bodies, readable, and what is different since", async () => {
    const { org, open } = await start();
    const before = { active: true, name: { familyName: "Park", givenName: "Ada" } };
    const change = { before, after: { ...before, name: { familyName: "Lovelace", givenName: "Ada" } } };
    const bodies = { request: '{"name":{"familyName":"Lovelace"}}', response: '"cut off"' };
    const [id] = await record(org, { ...bodies, change, outcome: "changed", summary: "Changed Ada Lovelace" });
    const page = await open(`/${PATH.slice(1)}/${id}`);
    assert.equal(page.heading, "Changed Ada Lovelace");
    assert.match(page.html, /\{\n {2}&quot;name&quot;: \{\n {4}&quot;familyName&quot;: &quot;Lovelace&quot;/);
    assert.match(page.text, /cut off/);
    assert.match(page.text, /What it changed What Before After name\.familyName Park Lovelace What the directory sent/);
    assert.equal(page.html.match(/class="body-text" aria-label="[^"]+" tabindex="0"/g)?.length, 2);
  });

  test("says why it was refused and what to do, with the check for the administrator", async () => {
    const { org, open } = await start();
    const sentence = "The SCIM token is missing or not valid: copy it from Settings, Okta Integration.";
    const refusal = { code: "unauthorized", sentence, check: "SCIM token", wanted: "Authorization", got: "no token" };
    const [id] = await record(org, { status: 401, outcome: "refused", refusal, summary: "Refused a request" });
    const page = await open(`${PATH}/${id}`);
    assert.match(page.text, /What to do .*make a new SCIM token/);
    assert.equal(page.fact("What we answered"), sentence);
    assert.equal(page.fact("It got"), "no token");
  });

  test("leads to the person, and to other requests of the same person and group", async () => {
    const { org, open } = await start();
    const group_id = "0190a5e0-0000-7000-8000-000000000000";
    const [id] = await record(org, { group_id, people: [group_id, "ada@example.test"] });
    const { html } = await open(`${PATH}/${id}`);
    assert.ok(html.includes('href="/people?q=ada%40example.test"'));
    assert.ok(html.includes(`href="${PATH}?person=ada%40example.test&amp;reads=on"`));
    assert.ok(html.includes(`href="${PATH}?group=${group_id}&amp;reads=on"`));
  });

  test("that is another organization's, or no id at all, is 404, and no list, count or name shows it", async () => {
    const [{ open, list }, other] = [await start(), await newOrganization(service)];
    await other.addMember("secret@example.test", "member", "Secret Person");
    const group = (await other.scim("POST", "/Groups", { displayName: "Secret Group" })).body.id;
    const people = ["secret@example.test"];
    const [id] = await record(other, { people, group_id: group, outcome: "refused", reference_id: "SECRE-T0000" });
    for (const path of [id, "0190a5e0-0000-7000-8000-000000000000", "nonsense"]) {
      assert.equal((await open(`${PATH}/${path}`)).status, 404, path);
    }
    const filters = [
      { person: "secret@example.test" },
      { person: "Secret Person" },
      { group },
      { group: "Secret Group" },
    ];
    for (const filter of [...filters, { outcome: "refused" }, { reference: "SECRE-T0000" }, { reads: "on" }]) {
      assert.ok(!(await list(filter as Record<string, string>)).includes("Added Ada Park"), JSON.stringify(filter));
    }
    const { html, text } = await open({ person: "secret@example.test" });
    assert.match(text, /has not sent anything/);
    assert.match(text, /Nothing was added, changed, removed or refused before/);
    assert.doesNotMatch(html, /Bars by hour/);
  });
});

test("hostile names are text everywhere", async () => {
  const { org, open } = await start();
  const evil = `"'></pre></title><script>alert(1)</script><i onload="x">`;
  const refusal = { code: evil, sentence: evil, check: evil, wanted: evil, got: evil };
  const texts = {
    summary: evil,
    path: evil,
    method: evil,
    people: [evil],
    user_agent: evil,
    ip: evil,
    reference_id: evil,
  };
  const more = {
    request: JSON.stringify({ [evil]: evil }),
    response: JSON.stringify(evil),
    change: { before: {}, after: { [evil]: evil } },
  };
  const [id] = await record(org, { ...texts, ...more, refusal, status: 409, outcome: "refused" });
  const queries = ["", { person: evil }, { group: evil }, { reference: evil, outcome: "refused" }, `${PATH}/${id}`];
  for (const query of queries) {
    const { html, status } = await open(query);
    assert.equal(status, 200);
    assert.match(html, /&lt;script&gt;/);
    assert.doesNotMatch(html, /<script>|<i |<[^>]* on[a-z]+="/);
  }
});
