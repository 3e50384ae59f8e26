import assert from "node:assert/strict";
import { test } from "node:test";
import { errorsOf, operatorOf } from "./conversation.ts";
import { connect, INTEGRATION, scim } from "./directory.ts";

const operator = operatorOf();

async function connected(changes: Record<string, unknown> = {}) {
  const slug = await operator.organization();
  const token = await connect(operator, slug, changes);
  const path = `/organizations/${slug}/okta-integration`;
  const read = async () => (await operator.call("GET", path)).body;
  const events = async () =>
    (await operator.call("GET", `/organizations/${slug}/audit-events?action=integration.changed`)).body.items;
  return { slug, token, path, read, events, change: (body: unknown) => operator.call("PATCH", path, body) };
}

const EVERYTHING = {
  provider: "entra",
  idpInitiated: "bounce",
  signRequests: true,
  signaturePolicy: "both",
  emailAttribute: "mail",
  givenNameAttribute: "given",
  familyNameAttribute: "family",
  groupsAttribute: "memberOf",
  roleAttribute: "job",
  sessionDays: 3,
  idleMinutes: 60,
};

test("every sign-in setting is changed by itself, and nothing else is", async () => {
  const { path, read, change } = await connected();
  for (const [name, value] of Object.entries(EVERYTHING)) {
    const before = await read();
    const changed = await change({ [name]: value });
    assert.equal(changed.status, 200);
    assert.deepEqual(changed.body, { ...before, [name]: value });
  }
  assert.deepEqual((await operator.call("GET", path)).body, await read());
});

test("a change keeps certificates and tokens, and the audit log says what it was and is", async () => {
  const { slug, token, read, change, events } = await connected();
  const { certificates, scimTokens } = await read();
  await change({ sessionDays: 3, idpInitiated: "deny", signRequests: false });
  const after = await read();
  assert.deepEqual([after.certificates, after.scimTokens.length], [certificates, scimTokens.length]);
  assert.equal((await scim(operator, slug, token)).status, 200);
  const [event] = await events();
  assert.deepEqual(event.detail, {
    before: { sessionDays: 14, idpInitiated: "allow" },
    after: { sessionDays: 3, idpInitiated: "deny" },
  });
});

test("a change to what is so already changes and says nothing", async () => {
  const { change, events } = await connected();
  assert.equal((await change({ provider: "okta", idleMinutes: null })).status, 200);
  assert.equal((await change({})).status, 200);
  assert.deepEqual(await events(), []);
});

test("null takes an attribute or the idle limit away, and so does an empty name", async () => {
  const { change } = await connected(EVERYTHING);
  const cleared = await change({ emailAttribute: null, roleAttribute: " ", idleMinutes: null });
  const { emailAttribute, roleAttribute, idleMinutes } = cleared.body;
  assert.deepEqual([emailAttribute, roleAttribute, idleMinutes], [null, null, null]);
});

test("the first PUT takes them all; a later one leaves out what stays", async () => {
  const { path, read } = await connected(EVERYTHING);
  const first = await read();
  for (const [name, value] of Object.entries(EVERYTHING)) assert.equal(first[name], value, name);
  const again = await operator.call("PUT", path, { ...INTEGRATION, idleMinutes: 30 });
  assert.deepEqual(again.body, { ...first, idleMinutes: 30 });
});

test("a new integration begins with what is usual with its provider", async () => {
  const { emailAttribute, groupsAttribute, signaturePolicy, idpInitiated } = await (
    await connected({ provider: "entra" })
  ).read();
  assert.deepEqual(
    [emailAttribute, groupsAttribute],
    [
      "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
      "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups",
    ],
  );
  assert.deepEqual([signaturePolicy, idpInitiated], ["any", "allow"]);
  assert.equal((await (await connected({ provider: "other" })).read()).groupsAttribute, null);
});

test("what none of them takes is refused at its place, and nothing is changed", async () => {
  const { read, change } = await connected();
  const before = await read();
  for (const [name, value] of [
    ["provider", "adfs"],
    ["idpInitiated", "maybe"],
    ["signRequests", "yes"],
    ["signaturePolicy", "none"],
    ["emailAttribute", "two\nlines"],
    ["groupsAttribute", "<groups>"],
    ["roleAttribute", "x".repeat(257)],
    ["sessionDays", 31],
    ["idleMinutes", 14],
    ["idleMinutes", 43_201],
    ["sessionLength", 3],
  ] as const) {
    const refused = await change({ sessionDays: 2, [name]: value });
    assert.equal(refused.status, 422, name);
    assert.deepEqual(errorsOf(refused), [`#/${name}`]);
  }
  assert.deepEqual(await read(), before);
});

test("without an integration there is nothing to change", async () => {
  const slug = await operator.organization();
  assert.equal(
    (await operator.call("PATCH", `/organizations/${slug}/okta-integration`, { idleMinutes: 60 })).status,
    404,
  );
});
