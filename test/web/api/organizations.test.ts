import assert from "node:assert/strict";
import { test } from "node:test";
import { BASE_URL } from "../../support/service.ts";
import { authorization, errorsOf, operatorOf } from "./conversation.ts";

const operator = operatorOf();

test("an organization is made on the default plan, with its URL and where it is found", async () => {
  const made = await operator.call("POST", "/organizations", { slug: "first", name: " First Ltd " });
  assert.equal(made.status, 201);
  assert.equal(made.headers.get("location"), `${BASE_URL}/api/v1/organizations/first`);
  const { id, createdAt, ...rest } = made.body;
  assert.equal(typeof id, "string");
  assert.equal(createdAt, operator.service.clock.now.toISOString());
  assert.deepEqual(rest, {
    slug: "first",
    name: "First Ltd",
    plan: "scaleup",
    url: "http://first.localhost:3000",
    ssoEnforced: false,
  });
  const read = await operator.call("GET", "/organizations/first");
  assert.equal(read.status, 200);
  assert.deepEqual(read.body, made.body);
});

test("an organization is made together with its owner", async () => {
  const owner = { email: "Olga@Example.com", name: "Olga" };
  await operator.call("POST", "/organizations", { slug: "owned", name: "Owned", owner });
  const { body } = await operator.call("GET", "/organizations/owned/members");
  assert.equal(body.items.length, 1);
  const [{ email, name, role, state, source }] = body.items;
  assert.deepEqual([email, name, role, state, source], ["Olga@Example.com", "Olga", "owner", "active", "manual"]);
});

test("no organization is left behind when its owner cannot be made", async () => {
  const owner = { email: "not an address", name: "Olga" };
  const refused = await operator.call("POST", "/organizations", { slug: "ownerless", name: "Ownerless", owner });
  assert.equal(refused.status, 422);
  assert.deepEqual(errorsOf(refused), ["#/owner/email"]);
  assert.equal((await operator.call("GET", "/organizations/ownerless")).status, 404);
  const nameless = { slug: "ownerless", name: "Ownerless", owner: { email: "o@example.com", name: " " } };
  assert.deepEqual(errorsOf(await operator.call("POST", "/organizations", nameless)), ["#/owner/name"]);
});

test("a slug that is taken is refused, also of two asked for at the same moment", async () => {
  const wanted = { slug: "contested", name: "Contested" };
  const both = await Promise.all([1, 2].map(() => operator.call("POST", "/organizations", wanted)));
  assert.deepEqual(both.map(({ status }) => status).sort(), [201, 409]);
  const refused = await operator.call("POST", "/organizations", wanted);
  assert.equal(refused.status, 409);
  assert.equal(refused.body.code, "slug-taken");
});

for (const slug of ["", "Upper", "-begins", "ends-", "a.b", "a_b", "ä", "a b", "x".repeat(64), "www", "api", "admin"]) {
  test(`the slug ${JSON.stringify(slug.slice(0, 12))} is refused by name`, async () => {
    const refused = await operator.call("POST", "/organizations", { slug, name: "Name" });
    assert.equal(refused.status, 422);
    assert.deepEqual(errorsOf(refused), ["#/slug"]);
  });
}

test("the longest slug of 63 characters is taken", async () => {
  const slug = "x".repeat(63);
  assert.equal((await operator.call("POST", "/organizations", { slug, name: "Long" })).status, 201);
});

test("every wrong and every unknown field is named", async () => {
  const body = { slug: 7, plan: "Scale Up", colour: "red", owner: { email: "a@b.example", role: "owner" }, "a/b~c": 1 };
  const refused = await operator.call("POST", "/organizations", body);
  assert.equal(refused.status, 422);
  assert.equal(refused.headers.get("content-type"), "application/problem+json");
  const expected = ["#/a~1b~0c", "#/colour", "#/name", "#/owner/name", "#/owner/role", "#/plan", "#/slug"];
  assert.deepEqual(errorsOf(refused).sort(), expected);
  const detailOf = (pointer: string) =>
    refused.body.errors.find((error: { pointer: string }) => error.pointer === pointer).detail;
  assert.equal(detailOf("#/name"), "This is required.");
  assert.equal(detailOf("#/slug"), "This must be text.");
  assert.equal(detailOf("#/colour"), "This is not known here.");
});

test("a body that is not an object is refused", async () => {
  for (const body of [[], "text", 7, null]) {
    const refused = await operator.call("POST", "/organizations", body);
    assert.equal(refused.status, 422);
    assert.deepEqual(errorsOf(refused), ["#"]);
  }
});

test("text that no database could keep is refused, wherever it is sent", async () => {
  const name = "a\u0000b";
  assert.deepEqual(errorsOf(await operator.call("POST", "/organizations", { slug: "nul", name })), ["#/name"]);
  assert.equal((await operator.call("GET", "/organizations/a%00b")).status, 404);
  const slug = await operator.organization();
  for (const query of ["members?q=%00", "audit-events?actor=%00", "audit-events?action=%00"]) {
    assert.equal((await operator.call("GET", `/organizations/${slug}/${query}`)).status, 422);
  }
  assert.equal((await operator.call("GET", `/organizations/${slug}/members/%00`)).status, 404);
  assert.equal((await operator.call("POST", `/organizations/${slug}/sign-in-links`, { email: "\u0000" })).status, 422);
});

test("a body that cannot be read is refused by what is wrong with it", async () => {
  const send = (body: string | Uint8Array<ArrayBuffer>, type?: string) =>
    operator.send("/organizations", {
      method: "POST",
      headers: { ...authorization(operator.service), ...(type && { "content-type": type }) },
      body,
    });
  const json = "application/json";
  assert.equal((await send("{", json)).status, 400);
  assert.equal((await send("", json)).status, 400);
  assert.equal((await send(new Uint8Array([0x22, 0xff, 0x22]), json)).status, 400);
  assert.equal((await send("{}", "text/plain")).status, 415);
  assert.equal((await send("{}", "application/x-www-form-urlencoded")).status, 415);
  assert.equal((await send(JSON.stringify({ name: "x".repeat(1024 * 1024) }), json)).status, 413);
  assert.equal(
    (await send(JSON.stringify({ slug: "charset", name: "C" }), "Application/JSON; charset=utf-8")).status,
    201,
  );
});

test("a list is walked to its end, each organization once", async () => {
  const made: string[] = [];
  for (let n = 1; n <= 7; n++) made.push(await operator.organization());
  const found: string[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor ? `&cursor=${cursor}` : "";
    const { status, body } = await operator.call("GET", `/organizations?limit=3${query}`);
    assert.equal(status, 200);
    assert.ok(body.items.length <= 3);
    found.push(...body.items.map((item: { slug: string }) => item.slug));
    cursor = body.nextCursor;
  } while (cursor);
  assert.deepEqual(
    found.filter((slug) => made.includes(slug)),
    made,
  );
  assert.equal(new Set(found).size, found.length);
});

for (const query of [
  "limit=0",
  "limit=201",
  "limit=many",
  "limit=1.5",
  "limit=",
  "cursor=nonsense",
  "cursor=",
  "page=2",
]) {
  test(`the query ${query} is refused by name`, async () => {
    const refused = await operator.call("GET", `/organizations?${query}`);
    assert.equal(refused.status, 422);
    assert.deepEqual(errorsOf(refused), [query.split("=")[0]]);
  });
}

test("name and plan are changed, and nothing else", async () => {
  const slug = await operator.organization();
  const changed = await operator.call("PATCH", `/organizations/${slug}`, { name: "New Name", plan: "startup" });
  assert.equal(changed.status, 200);
  assert.deepEqual([changed.body.name, changed.body.plan, changed.body.slug], ["New Name", "startup", slug]);
  assert.deepEqual((await operator.call("GET", `/organizations/${slug}`)).body, changed.body);
  assert.deepEqual(errorsOf(await operator.call("PATCH", `/organizations/${slug}`, { slug: "other" })), ["#/slug"]);
  assert.deepEqual(errorsOf(await operator.call("PATCH", `/organizations/${slug}`, { name: "" })), ["#/name"]);
  assert.deepEqual((await operator.call("PATCH", `/organizations/${slug}`, {})).body, changed.body);
});

test("Single Sign-On is not enforced before an owner has signed in with it, nor on a plan without it", async () => {
  const slug = await operator.organization();
  const untested = await operator.call("PATCH", `/organizations/${slug}`, { ssoEnforced: true });
  assert.deepEqual([untested.status, untested.body.code], [409, "sso-untested"]);
  const other = await operator.organization("startup");
  const excluded = await operator.call("PATCH", `/organizations/${other}`, { ssoEnforced: true });
  assert.deepEqual([excluded.status, excluded.body.code], [409, "plan"]);
  const lifted = await operator.call("PATCH", `/organizations/${slug}`, { ssoEnforced: false });
  assert.deepEqual([lifted.status, lifted.body.ssoEnforced], [200, false]);
});

test("a deleted organization is gone with its members, and its slug is free again", async () => {
  const slug = await operator.organization();
  const gone = await operator.call("DELETE", `/organizations/${slug}`);
  assert.equal(gone.status, 204);
  assert.equal((await operator.call("GET", `/organizations/${slug}`)).status, 404);
  assert.equal((await operator.call("GET", `/organizations/${slug}/members`)).status, 404);
  assert.equal((await operator.call("DELETE", `/organizations/${slug}`)).status, 404);
  assert.equal((await operator.call("POST", "/organizations", { slug, name: "Again" })).status, 201);
  assert.deepEqual((await operator.call("GET", `/organizations/${slug}/members`)).body.items, []);
});
