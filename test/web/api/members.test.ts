import assert from "node:assert/strict";
import { test } from "node:test";
import { BASE_URL } from "../../support/service.ts";
import { errorsOf, operatorOf } from "./conversation.ts";

const operator = operatorOf();

async function add(slug: string, email: string, role = "member") {
  const added = await operator.call("POST", `/organizations/${slug}/members`, { email, name: "A Person", role });
  assert.equal(added.status, 201);
  return added.body;
}

async function ownerOf(slug: string) {
  const { body } = await operator.call("GET", `/organizations/${slug}/members?q=owner`);
  return body.items[0];
}

test("a member is added by hand and read back", async () => {
  const slug = await operator.organization();
  const wanted = { email: "ada@example.com", name: "Ada Lovelace", role: "admin" };
  const added = await operator.call("POST", `/organizations/${slug}/members`, wanted);
  assert.equal(added.status, 201);
  const { id, ...rest } = added.body;
  const joinedAt = operator.service.clock.now.toISOString();
  assert.deepEqual(rest, { ...wanted, state: "active", source: "manual", connected: false, joinedAt });
  const location = `/organizations/${slug}/members/${id}`;
  assert.equal(added.headers.get("location"), `${BASE_URL}/api/v1${location}`);
  assert.deepEqual((await operator.call("GET", location)).body, added.body);
});

test("an email that a member has in another case is taken", async () => {
  const slug = await operator.organization();
  await add(slug, "ada@example.com");
  const again = { email: " ADA@Example.com", name: "Ada", role: "member" };
  const refused = await operator.call("POST", `/organizations/${slug}/members`, again);
  assert.deepEqual([refused.status, refused.body.code], [409, "email-taken"]);
  const other = await add(slug, "bob@example.com");
  const change = { email: "Ada@example.com" };
  const moved = await operator.call("PATCH", `/organizations/${slug}/members/${other.id}`, change);
  assert.deepEqual([moved.status, moved.body.code], [409, "email-taken"]);
});

test("wrong values of a member are named", async () => {
  const slug = await operator.organization();
  const path = `/organizations/${slug}/members`;
  const right = { email: "ada@example.com", name: "Ada", role: "member" };
  for (const [field, value] of Object.entries({ email: "ada", name: " ", role: "boss" })) {
    const refused = await operator.call("POST", path, { ...right, [field]: value });
    assert.equal(refused.status, 422);
    assert.deepEqual(errorsOf(refused), [`#/${field}`]);
  }
  assert.deepEqual(errorsOf(await operator.call("POST", path, {})).sort(), ["#/email", "#/name", "#/role"]);
  const { id } = await add(slug, right.email);
  const refused = await operator.call("PATCH", `${path}/${id}`, { state: "gone", role: null, connected: true });
  assert.deepEqual(errorsOf(refused).sort(), ["#/connected", "#/role", "#/state"]);
});

test("a member's name, email, role and state are changed", async () => {
  const slug = await operator.organization();
  const { id, joinedAt } = await add(slug, "ada@example.com");
  const change = { email: "countess@example.com", name: "Countess", role: "owner", state: "deactivated" };
  const changed = await operator.call("PATCH", `/organizations/${slug}/members/${id}`, change);
  assert.equal(changed.status, 200);
  assert.deepEqual(changed.body, { id, ...change, source: "manual", connected: false, joinedAt });
  const { body } = await operator.call("GET", `/organizations/${slug}/members?q=countess`);
  assert.deepEqual(body.items, [changed.body]);
});

test("a member is removed", async () => {
  const slug = await operator.organization();
  const { id } = await add(slug, "ada@example.com");
  assert.equal((await operator.call("DELETE", `/organizations/${slug}/members/${id}`)).status, 204);
  assert.equal((await operator.call("GET", `/organizations/${slug}/members/${id}`)).status, 404);
  assert.equal((await operator.call("DELETE", `/organizations/${slug}/members/${id}`)).status, 404);
});

test("the last owner is neither removed, demoted nor deactivated", async () => {
  const slug = await operator.organization();
  const owner = await ownerOf(slug);
  const path = `/organizations/${slug}/members/${owner.id}`;
  const refusals = [
    await operator.call("DELETE", path),
    await operator.call("PATCH", path, { role: "admin" }),
    await operator.call("PATCH", path, { state: "deactivated" }),
  ];
  for (const { status, body } of refusals) assert.deepEqual([status, body.code], [409, "last-owner"]);
  assert.deepEqual((await operator.call("GET", path)).body, owner);
});

test("of two owners removed at the same moment one stays", async () => {
  for (let round = 0; round < 5; round++) {
    const slug = await operator.organization();
    const first = await ownerOf(slug);
    const second = await add(slug, "second@example.com", "owner");
    const answers = await Promise.all([
      operator.call("DELETE", `/organizations/${slug}/members/${first.id}`),
      operator.call("PATCH", `/organizations/${slug}/members/${second.id}`, { state: "deactivated" }),
    ]);
    assert.equal(answers.filter(({ status }) => status === 409).length, 1);
    assert.equal(answers.find(({ status }) => status === 409)?.body.code, "last-owner");
    const { body } = await operator.call("GET", `/organizations/${slug}/members`);
    const owners = body.items.filter(
      (item: { role: string; state: string }) => item.role === "owner" && item.state === "active",
    );
    assert.equal(owners.length, 1);
  }
});

test("the pages of members are walked to the end, each member once and in order", async () => {
  const slug = await operator.organization();
  const added = [(await ownerOf(slug)).id];
  for (let n = 0; n < 11; n++) added.push((await add(slug, `person${n}@example.com`)).id);
  for (const limit of [1, 4, 12, 200]) {
    const found: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: { body: { items: { id: string }[]; nextCursor: string | null } } = await operator.call(
        "GET",
        `/organizations/${slug}/members?limit=${limit}${cursor && `&cursor=${cursor}`}`,
      );
      found.push(...page.body.items.map(({ id }) => id));
      cursor = page.body.nextCursor;
    }
    assert.deepEqual(found, added);
  }
});

test("members are found by a part of the name or the email, and the signs of patterns mean themselves", async () => {
  const slug = await operator.organization();
  await add(slug, "ada_l@example.com");
  await add(slug, "adam@example.com");
  const found = async (q: string) => {
    const { body } = await operator.call("GET", `/organizations/${slug}/members?q=${encodeURIComponent(q)}`);
    return body.items.map((item: { email: string }) => item.email);
  };
  assert.deepEqual(await found("ADA"), ["ada_l@example.com", "adam@example.com"]);
  assert.deepEqual(await found("a_"), ["ada_l@example.com"]);
  assert.deepEqual(await found("%"), []);
  assert.deepEqual(await found("olga"), [`owner@${slug}.example`]);
});

test("one organization's members are not to be found through another", async () => {
  const mine = await operator.organization();
  const theirs = await operator.organization();
  const { id } = await add(theirs, "ada@example.com");
  for (const [method, body] of [["GET"], ["PATCH", { name: "Mine" }], ["DELETE"]] as const) {
    const refused = await operator.call(method, `/organizations/${mine}/members/${id}`, body);
    assert.deepEqual([refused.status, refused.body.code], [404, "member"]);
  }
  const kept = await operator.call("GET", `/organizations/${theirs}/members/${id}`);
  assert.equal(kept.body.name, "A Person");
  const page = await operator.call("GET", `/organizations/${theirs}/members?limit=1`);
  const { body } = await operator.call("GET", `/organizations/${mine}/members?cursor=${page.body.nextCursor}`);
  const emails = body.items.map((item: { email: string }) => item.email);
  assert.ok(!emails.includes("ada@example.com"));
});

test("a sign-in link is made for an active member, with the address of their organization", async () => {
  const slug = await operator.organization();
  const { clock } = operator.service;
  const made = await operator.call("POST", `/organizations/${slug}/sign-in-links`, { email: `OWNER@${slug}.example` });
  assert.equal(made.status, 201);
  assert.match(made.body.url, new RegExp(`^http://${slug}\\.localhost:3000/sign-in/link\\?token=[\\w-]{40,}$`));
  assert.equal(made.body.expiresAt, new Date(clock.now.getTime() + 15 * 60_000).toISOString());
});

test("a sign-in link is refused for strangers and for the deactivated", async () => {
  const slug = await operator.organization();
  const path = `/organizations/${slug}/sign-in-links`;
  assert.equal((await operator.call("POST", path, { email: "stranger@example.com" })).status, 404);
  const { id } = await add(slug, "ada@example.com");
  await operator.call("PATCH", `/organizations/${slug}/members/${id}`, { state: "deactivated" });
  const refused = await operator.call("POST", path, { email: "ada@example.com" });
  assert.deepEqual([refused.status, refused.body.code], [409, "deactivated"]);
  assert.deepEqual(errorsOf(await operator.call("POST", path, {})), ["#/email"]);
});

test("what the operator does is in the audit log, page by page and by actor and action, without any link", async () => {
  const slug = await operator.organization();
  const { id } = await add(slug, "ada@example.com");
  await operator.call("PATCH", `/organizations/${slug}/members/${id}`, { role: "admin" });
  await operator.call("POST", `/organizations/${slug}/sign-in-links`, { email: "ada@example.com" });
  const path = `/organizations/${slug}/audit-events`;
  const all = await operator.call("GET", path);
  const actions = all.body.items.map((item: { action: string }) => item.action);
  assert.deepEqual(actions, [
    "sign_in_link.created",
    "member.changed",
    "member.added",
    "member.added",
    "organization.created",
  ]);
  assert.equal(all.body.items[0].actor.name, "operator");
  assert.ok(!JSON.stringify(all.body).includes("skl_"));
  const paged: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const { body }: { body: { items: { action: string }[]; nextCursor: string | null } } = await operator.call(
      "GET",
      `${path}?limit=2${cursor && `&cursor=${cursor}`}`,
    );
    paged.push(...body.items.map((item) => item.action));
    cursor = body.nextCursor;
  }
  assert.deepEqual(paged, actions);
  assert.equal((await operator.call("GET", `${path}?action=member.`)).body.items.length, 3);
  assert.equal((await operator.call("GET", `${path}?actor=operator`)).body.items.length, 5);
  assert.equal((await operator.call("GET", `${path}?actor=nobody`)).body.items.length, 0);
  const count = async (query: string) => (await operator.call("GET", `${path}?${query}`)).body.items.length;
  assert.equal(await count(`target=${id}`), 3);
  assert.deepEqual([await count("target=x"), await count("reference=x")], [0, 0]);
  assert.equal(await count(`reference=${all.body.items[0].referenceId.toLowerCase()}`), 1);
  assert.deepEqual([await count("from=2999-01-01T00:00:00Z"), await count("to=2999-01-01T00:00:00Z")], [0, 5]);
  assert.equal((await operator.call("GET", `${path}?from=yesterday`)).status, 422);
});
