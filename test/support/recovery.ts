import assert from "node:assert/strict";
import { clickTile } from "../okta/provider.ts";
import { cookiesOf, type TestOrganization } from "./organization.ts";
import { readPage } from "./page.ts";
import type { TestService } from "./service.ts";

export const ENFORCEMENT = "/settings/okta/enforcement";

/** The browser of somebody who has just signed in through SSO. */
export async function signInBySso(service: TestService, org: TestOrganization, email: string): Promise<string> {
  // Each assertion has its own moment.
  service.clock.advance(1000);
  const answer = await clickTile(service, org, email);
  assert.equal(answer.status, 303, await answer.text());
  return cookiesOf(answer);
}

/** Makes codes in this browser and reads them off the page; they work only once they are kept. */
export async function makeCodes(org: TestOrganization, cookie: string) {
  const made = await org.page(`${ENFORCEMENT}/codes`, cookie, {});
  assert.equal(made.status, 303, await made.text());
  const page = await readPage(org.page(`${ENFORCEMENT}/codes`, `${cookie}; ${cookiesOf(made)}`));
  const codes = page.text.match(/[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}/g) ?? [];
  return { codes, set: page.field("set") ?? "", page };
}

/** Makes codes and keeps them. */
export async function keepCodes(org: TestOrganization, cookie: string): Promise<string[]> {
  const { codes, set } = await makeCodes(org, cookie);
  assert.equal((await org.page(`${ENFORCEMENT}/codes/kept`, cookie, { set })).status, 303);
  return codes;
}

/** An owner comes in through SSO, keeps codes and enforces; answers their browser and their codes. */
export async function enforceBy(service: TestService, org: TestOrganization, email: string, grace = "60") {
  const cookie = await signInBySso(service, org, email);
  const codes = await keepCodes(org, cookie);
  const slug = org.organization.slug;
  const answer = await org.page(ENFORCEMENT, cookie, { slug, grace });
  assert.equal(answer.status, 303, await answer.text());
  return { cookie, codes };
}

/** Somebody types an email and a code on the sign-in page for owners. */
export function typeCode(org: TestOrganization, email: string, code: string, cookie?: string): Promise<Response> {
  return org.page("/sign-in/recovery", cookie, { email, code });
}

/** Whether enforcement is on, as the operator reads it. */
export async function isEnforced(service: TestService, org: TestOrganization): Promise<boolean> {
  const answer = await service.operator("GET", `/organizations/${org.organization.slug}`);
  return ((await answer.json()) as { ssoEnforced: boolean }).ssoEnforced;
}
