import assert from "node:assert/strict";
import { oktaUser, type TestOrganization } from "../support/organization.ts";
import type { TestService } from "../support/service.ts";
import { eventsUnder, referenceOn } from "./provider.ts";

/** Pushes a person as Okta does; answers the directory user. */
export async function push(org: TestOrganization, changes: Record<string, unknown> = {}) {
  const { status, body } = await org.scim("POST", "/Users", oktaUser(changes));
  assert.equal(status, 201, JSON.stringify(body));
  return body as { id: string; userName: string };
}

export async function setActive(org: TestOrganization, id: string, active: boolean): Promise<void> {
  const Operations = [{ op: "replace", value: { active } }];
  const schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
  assert.equal((await org.scim("PATCH", `/Users/${id}`, { schemas, Operations })).status, 200);
}

export async function memberOf(service: TestService, org: TestOrganization, email: string) {
  return service.parts.db
    .selectFrom("members")
    .selectAll()
    .where("organization_id", "=", org.organization.id)
    .where("email", "=", email)
    .executeTakeFirst();
}

/** The cookies that an answer sets, by name. */
export function setCookies(response: Response): Record<string, string> {
  return Object.fromEntries(response.headers.getSetCookie().map((cookie) => [cookie.split("=")[0], cookie]));
}

/** A door that only somebody who is signed in gets behind: where a request with these cookies ends up. */
export async function opens(org: TestOrganization, cookie: string): Promise<boolean> {
  const response = await org.page("/", cookie);
  if (response.status === 303) assert.match(response.headers.get("location") ?? "", /^\/sign-in/);
  return response.status === 200;
}

/** Every refusal: its page, and what the audit log says under the number on it. */
export async function assertRefused(org: TestOrganization, response: Response, status: number, check: string) {
  const page = await response.text();
  assert.equal(response.status, status, page);
  assert.match(response.headers.get("content-type") ?? "", /^text\/html/);
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.deepEqual(response.headers.getSetCookie(), []);
  assert.match(page, /<h1[^>]*>[^<]+<\/h1>/);
  assert.match(page, /<a [^>]*href="\/sign-in"[^>]*>Try again<\/a>/);
  const reference = referenceOn(page);
  assert.notEqual(reference, "");
  const [event, ...more] = await eventsUnder(org, reference);
  assert.equal(more.length, 0);
  assert.equal(event?.action, "session.refused");
  assert.equal(event?.detail["check"], check);
  assert.ok(page.includes(String(event?.detail["sentence"]).replaceAll("'", "&#39;")));
  return { page, event, detail: event?.detail ?? {} };
}

/** Events of one kind, the newest first, as they are stored. */
export function eventsOf(service: TestService, org: TestOrganization, action: string) {
  const select = service.parts.db.selectFrom("audit_events").selectAll().where("action", "=", action);
  return select.where("organization_id", "=", org.organization.id).orderBy("id", "desc").execute();
}

/** What `findPerson` is told of an integration that nobody set anything else on. */
export function settingsOf(provisioning: "scim" | "jit") {
  return { provisioning, absentGroupsAreNone: false, absentRolesAreNone: false };
}
