import assert from "node:assert/strict";
import { demoKeys } from "../../dev/okta/saml/keys.ts";
import { ask, type Program } from "./program.ts";

/** The operator token of the services that these tests start. */
export const OPERATOR_TOKEN = "the-operator-of-the-durability-tests";

/** An organization with its integration, and how to reach it at one of our processes. */
export interface Tenant {
  readonly slug: string;
  readonly token: string;
}

/** Makes an organization with an owner and an Okta integration. */
export async function makeTenant(service: Program, slug = "acme"): Promise<Tenant> {
  const owner = { email: "olive@example.test", name: "Olive Owner" };
  await operator(service, "POST", "/organizations", { slug, name: "Acme", owner });
  const saved = await operator(service, "PUT", `/organizations/${slug}/okta-integration`, {
    ssoUrl: "https://example.okta.com/app/semaphore/exktest/sso/saml",
    issuer: "http://www.okta.com/exktest",
    certificate: demoKeys().certificate,
  });
  return { slug, token: saved.scimToken };
}

/** Asks the operator API; fails on anything but 2xx. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into answers as a client would, without types.
export async function operator(service: Program, method: string, path: string, body?: unknown): Promise<any> {
  const answer = await ask(`${service.origin}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${OPERATOR_TOKEN}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  assert.ok(answer.status < 300, `${method} ${path} answered ${answer.status}: ${answer.text}`);
  return answer.text === "" ? undefined : answer.json();
}

/** Asks as the directory does. */
export function scim({ port }: Program, { slug, token }: Tenant, method: string, path: string, body?: unknown) {
  return ask(`http://${slug}.localhost:${port}/okta/scim${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/scim+json; charset=utf-8" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** What a directory knows of a push that was cut off. */
export interface Pushed {
  /** The ids that it got in a 201, by userName. */
  readonly answered: ReadonlyMap<string, string>;
  /** Sent, and never answered: they may be there or not. */
  readonly unanswered: readonly string[];
}

/** Pushes people over 8 connections at once until none is answered any more; calls `onAnswer` after each 201. */
export async function pushUntilCut(
  service: Program,
  tenant: Tenant,
  onAnswer: (count: number) => void,
): Promise<Pushed> {
  const answered = new Map<string, string>();
  const unanswered: string[] = [];
  const worker = async (number: number) => {
    for (let turn = 0; ; turn++) {
      const userName = `person-${number}-${turn}@example.test`;
      const answer = await pushOne(service, tenant, userName).catch(() => undefined);
      // Another process made this person just now.
      if (answer?.status === 409) continue;
      if (answer?.status !== 201) return void unanswered.push(userName);
      answered.set(userName, answer.json().id);
      onAnswer(answered.size);
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, number) => worker(number)));
  return { answered, unanswered };
}

/** Creates one person as Okta does. */
export function pushOne(service: Program, tenant: Tenant, userName: string) {
  return scim(service, tenant, "POST", "/Users", {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    userName,
    name: { givenName: "Ada", familyName: userName.replace(/@.*/, "") },
    emails: [{ primary: true, value: userName, type: "work" }],
    externalId: `00u-${userName}`,
    active: true,
  });
}

/**
 * Everybody whose 201 was received is there once, as directory user, as member and in the audit log; of the others
 * everything is there or nothing; and Okta can go on where it was cut off.
 */
export async function assertWhole(service: Program, tenant: Tenant, { answered, unanswered }: Pushed): Promise<void> {
  const before = await readAll(service, tenant);
  assertNothingHalf(before);
  for (const [userName, id] of answered) assert.equal(before.users.get(userName), id, `${userName} is there`);
  const more = [...before.users.keys()].filter((userName) => !answered.has(userName));
  assert.ok(
    more.every((userName) => unanswered.includes(userName)),
    "nobody is there who was not sent",
  );
  for (const userName of unanswered) {
    const again = await pushOne(service, tenant, userName);
    assert.equal(again.status, before.users.has(userName) ? 409 : 201, again.text);
  }
  const after = await readAll(service, tenant);
  assertNothingHalf(after);
  assert.equal(after.users.size, answered.size + unanswered.length);
}

interface Stored {
  /** Ids of directory users by userName. */
  readonly users: ReadonlyMap<string, string>;
  readonly usersListed: number;
  readonly members: readonly string[];
  readonly created: readonly string[];
  readonly connected: number;
}

function assertNothingHalf({ users, usersListed, members, created, connected }: Stored): void {
  const names = [...users.keys()].sort();
  assert.equal(usersListed, users.size, "no directory user is there twice");
  assert.deepEqual([...members].sort(), names, "each directory user is one connected member, and the reverse");
  assert.deepEqual([...created].sort(), [...users.values()].sort(), "each was noted in the audit log, once");
  assert.equal(connected, users.size);
}

async function readAll(service: Program, tenant: Tenant): Promise<Stored> {
  const path = `/organizations/${tenant.slug}`;
  const users = await listUsers(service, tenant);
  const members = await listItems(service, `${path}/members?limit=200`);
  const events = await listItems(service, `${path}/audit-events?limit=200&action=directory_user.created`);
  const { connectedMembers } = await operator(service, "GET", `${path}/okta-integration`);
  return {
    users: new Map(users.map(({ userName, id }) => [userName, id])),
    usersListed: users.length,
    members: members.filter(({ source, connected }) => source === "scim" && connected).map(({ email }) => email),
    created: events.map(({ target }) => target.id),
    connected: connectedMembers,
  };
}

async function listUsers(service: Program, tenant: Tenant): Promise<{ id: string; userName: string }[]> {
  const all: { id: string; userName: string }[] = [];
  for (;;) {
    const answer = await scim(service, tenant, "GET", `/Users?startIndex=${all.length + 1}&count=100`);
    assert.equal(answer.status, 200, answer.text);
    const { Resources, totalResults } = answer.json();
    all.push(...(Resources ?? []));
    if (all.length >= totalResults) return all;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers as a client would, without types.
async function listItems(service: Program, path: string): Promise<any[]> {
  const all: unknown[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page = await operator(service, "GET", cursor ? `${path}&cursor=${cursor}` : path);
    all.push(...page.items);
    cursor = page.nextCursor;
  }
  return all;
}
