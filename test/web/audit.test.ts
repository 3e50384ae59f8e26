import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { changeMember, removeMember } from "../../src/domain/members/members.ts";
import { writeEvents } from "../support/events.ts";
import { newOrganization, oktaUser, type TestOrganization } from "../support/organization.ts";
import { readPage } from "../support/page.ts";
import { startTestService, type TestService } from "../support/service.ts";

let service: TestService;
before(async () => {
  service = await startTestService();
});
after(() => service.stop());

const open = (org: TestOrganization, path: string, cookie: string) => readPage(org.page(path, cookie));
const sentences = (html: string) => [...html.matchAll(/class="event-sentence">([^<]+)</g)].map(([, text]) => text);
const linkIn = (html: string, rel: string) =>
  new RegExp(`rel="${rel}" href="([^"]+)"`).exec(html)?.[1]?.replaceAll("&amp;", "&") ?? "";

/** An organization, and its owner's browser. */
async function owned(): Promise<{ org: TestOrganization; cookie: string }> {
  const org = await newOrganization(service);
  return { org, cookie: await org.signIn(org.owner.email) };
}

describe("the audit log", () => {
  test("tells in plain words who did what, when, from where and under which number", async () => {
    const { org, cookie } = await owned();
    const ada = await org.addMember("ada@example.test");
    await changeMember(org.scope, ada.id, { role: "admin" });
    const { body } = await org.scim("POST", "/Users", oktaUser({ userName: "bo@example.test" }));
    await org.scim("DELETE", `/Users/${body.id}`);
    const { heading, html } = await open(org, "/audit", cookie);
    assert.equal(heading, "Audit log");
    assert.deepEqual(sentences(html).slice(0, 4), [
      "The directory deleted bo@example.test from the directory; the member was deleted.",
      "The directory pushed bo@example.test, who became a member.",
      "The operator made ada@example.test an admin.",
      "The operator added ada@example.test as a member.",
    ]);
    assert.match(html, /href="\/settings\/okta\/activity\?reference=[A-Z0-9-]+&amp;reads=on"/);
    assert.match(html, /&quot;role&quot;: &quot;admin&quot;/);
  });

  test("is for owners and admins, and is on their menu", async () => {
    const { org, cookie } = await owned();
    await org.addMember("admin@example.test", "admin");
    await org.addMember("mel@example.test");
    const [admin, member] = [await org.signIn("admin@example.test"), await org.signIn("mel@example.test")];
    for (const path of ["/audit", "/audit.csv"]) {
      assert.equal((await org.page(path, admin)).status, 200);
      assert.equal((await org.page(path, member)).status, 403);
    }
    const menu = async (who: string) => (await (await org.page("/", who)).text()).includes('href="/audit"');
    assert.deepEqual([await menu(cookie), await menu(admin), await menu(member)], [true, true, false]);
  });

  test("shows what a person did and what was done to them, by email, by id and by name, also once they are gone", async () => {
    const { org, cookie } = await owned();
    const ada = await org.addMember("ada@example.test", "admin", "Ada Park");
    await org.addMember("bo@example.test");
    await writeEvents(org, {
      action: "organization.changed",
      actor: { kind: "member", id: ada.id, name: "ada@example.test" },
      detail: { name: "Acme" },
    });
    const wanted = [
      "ada@example.test changed the name to Acme of the organization.",
      "The operator added ada@example.test as an admin.",
    ];
    const search = async (person: string) =>
      sentences((await open(org, `/audit?person=${encodeURIComponent(person)}`, cookie)).html);
    for (const person of ["ADA@example.test", ada.id, "ada park"]) assert.deepEqual(await search(person), wanted);
    await removeMember(org.scope, ada.id);
    const gone = ["The operator removed ada@example.test.", ...wanted];
    for (const person of ["ada@example.test", ada.id]) assert.deepEqual(await search(person), gone);
    assert.deepEqual(await search("nobody@example.test"), []);
  });

  test("shows acts of one kind, and events of some days, both days included", async () => {
    const { org, cookie } = await owned();
    const at = (text: string) => new Date(text);
    await writeEvents(
      org,
      { at: at("2026-01-01T23:59:59.999Z"), target: { kind: "member", name: "before" } },
      { at: at("2026-01-02T00:00:00.000Z"), target: { kind: "member", name: "first" } },
      { at: at("2026-01-03T12:00:00.000Z"), action: "member.removed", target: { kind: "member", name: "middle" } },
      { at: at("2026-01-04T23:59:59.999Z"), target: { kind: "member", name: "last" } },
      { at: at("2026-01-05T00:00:00.000Z"), target: { kind: "member", name: "after" } },
    );
    const search = async (query: string) =>
      sentences((await open(org, `/audit?${query}`, cookie)).html).map(
        (each) => /(\w+)(?: as a member)?\.$/.exec(each ?? "")?.[1],
      );
    assert.deepEqual(await search("from=2026-01-02&to=2026-01-04"), ["last", "middle", "first"]);
    assert.deepEqual(await search("from=2026-01-02&to=2026-01-04&act=member.removed"), ["middle"]);
    assert.deepEqual(await search("to=2026-01-01"), ["before"]);
    const wrong = await open(org, "/audit?from=2026-02-31&person=ada", cookie);
    assert.equal(wrong.status, 422);
    assert.match(wrong.error("from") ?? "", /A day is written as year, month and day/);
    assert.deepEqual([wrong.field("from"), wrong.field("person")], ["2026-02-31", "ada"]);
    for (const query of ["from=x", "from=%00", "person=%00a", "before=x", "act=nothing.here", "reference=%00"]) {
      assert.ok([200, 422].includes((await org.page(`/audit?${query}`, cookie)).status), query);
    }
  });

  test("has pages of fifty, each event on one of them, also under a filter that finds few among many", async () => {
    const { org, cookie } = await owned();
    const many = Array.from({ length: 6_000 }, (_, n) => ({
      at: new Date(Date.UTC(2026, 0, 1) + n * 1_000),
      action: n === 10 ? "certificate.added" : "directory_user.changed",
      actor: { kind: "directory" as const, name: "SCIM" },
      target: { kind: "directory_user", name: `p${n}` },
    }));
    await writeEvents(org, ...many);
    const rare = await open(org, "/audit?act=certificate.added", cookie);
    assert.equal(sentences(rare.html).length, 1);
    const seen: (string | undefined)[] = [];
    let path = "/audit?act=directory_user.changed&to=2026-01-01";
    for (let pages = 0; path !== "" && pages < 200; pages++) {
      const { html } = await open(org, path, cookie);
      seen.push(...sentences(html));
      path = linkIn(html, "next");
    }
    assert.equal(seen.length, 5_999);
    assert.equal(new Set(seen).size, 5_999);
  });

  test("never shows what happened in another organization", async () => {
    const { org, cookie } = await owned();
    const other = await owned();
    const ada = await other.org.addMember("secret@example.test");
    for (const query of ["", `?person=${ada.id}`, "?person=secret@example.test", "?act=member.added"]) {
      for (const page of ["/audit", "/audit.csv"]) {
        const text = await (await org.page(page + query, cookie)).text();
        assert.ok(!sentences(text).join().includes("secret"), page + query);
        assert.ok(page === "/audit" || !text.includes(ada.id) || query.includes(ada.id), page + query);
      }
    }
  });
});

describe("the audit log as a file", () => {
  test("has all events under the filter, is UTF-8 with its mark, and every formula is only text", async () => {
    const { org, cookie } = await owned();
    await writeEvents(
      org,
      { target: { kind: "member", name: '=HYPERLINK("http://evil.example","x")' } },
      { target: { kind: "member", name: "+1" } },
      { target: { kind: "member", name: "-1" } },
      { target: { kind: "member", name: "@sum" } },
      { target: { kind: "member", name: "\tcmd" } },
      { target: { kind: "member", name: 'Zoë, "Z"' } },
    );
    const response = await org.page("/audit.csv?act=member.added", cookie);
    assert.equal(response.headers.get("content-type"), "text/csv; charset=utf-8; header=present");
    assert.match(
      response.headers.get("content-disposition") ?? "",
      /^attachment; filename="audit-t-\w+-\d{4}-\d\d-\d\d\.csv"$/,
    );
    const bytes = new Uint8Array(await response.arrayBuffer());
    assert.deepEqual([...bytes.slice(0, 3)], [0xef, 0xbb, 0xbf]);
    const text = new TextDecoder().decode(bytes);
    assert.ok(text.startsWith("Time,What happened,Act,"));
    assert.ok(text.endsWith("\r\n"));
    assert.ok(text.includes(`,"'=HYPERLINK(""http://evil.example"",""x"")",`), text);
    for (const name of ["'+1", "'-1", "'@sum", "'\tcmd"]) assert.ok(text.includes(`,${name},`), name);
    assert.ok(text.includes(',"Zoë, ""Z""",'));
    assert.equal(text.trim().split("\r\n").length, 1 + 7);
  });

  test("is written while it is read, and that somebody took it is an event", async () => {
    const { org, cookie } = await owned();
    await writeEvents(org, ...Array.from({ length: 3_500 }, () => ({})));
    const response = await org.page("/audit.csv?act=member.added", cookie);
    const pieces: number[] = [];
    for await (const piece of response.body ?? []) pieces.push(piece.length);
    assert.ok(pieces.length >= 4, `${pieces.length} pieces`);
    const { html } = await open(org, "/audit?act=audit.exported", cookie);
    assert.deepEqual(sentences(html), [`${org.owner.email} exported the audit log.`]);
  });

  test("of days that are none is refused", async () => {
    const { org, cookie } = await owned();
    assert.equal((await org.page("/audit.csv?from=yesterday", cookie)).status, 422);
  });
});
