import { randomBytes } from "node:crypto";
import { demoKeys } from "../../dev/okta/saml/keys.ts";
import type { Role } from "../../src/db/tables.ts";
import { checkIntegration, saveIntegration } from "../../src/domain/integration/integration.ts";
import { addMember, type Member } from "../../src/domain/members/members.ts";
import type { Organization } from "../../src/domain/organizations/organization.ts";
import { createOrganization } from "../../src/domain/organizations/organizations.ts";
import { createSignInLink } from "../../src/domain/sessions/links.ts";
import type { Scope } from "../../src/scope.ts";
import type { TestService } from "./service.ts";

/** The identity provider that the tests play: its issuer and its certificate. */
export const ISSUER = "http://www.okta.com/exktest";
export const CERTIFICATE = demoKeys().certificate;

/** An organization of one test's own, with an owner and, unless asked otherwise, an integration with a SCIM token. */
export interface TestOrganization {
  readonly organization: Organization;
  readonly owner: Member;
  readonly scope: Scope;
  readonly url: string;
  readonly token: string;
  /** A SCIM request with the organization's token; an object is sent as JSON. */
  scim(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ScimAnswer>;
  addMember(email: string, role?: Role, name?: string): Promise<Member>;
  /** Signs a member in through a one-time link; answers the `Cookie` header of that browser. */
  signIn(email: string): Promise<string>;
  /** A page of the organization, in the browser with these cookies; a record is posted as a form, from our own origin. */
  page(path: string, cookie?: string, form?: Record<string, string>): Promise<Response>;
}

export interface ScimAnswer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers as a client would, without types.
  readonly body: any;
}

export interface OrganizationOptions {
  readonly integration?: "scim" | "jit" | "none";
  readonly plan?: string;
  readonly sessionDays?: number;
}

/** Makes an organization; every test makes its own. */
export async function newOrganization(
  service: TestService,
  { integration = "scim", plan = "scaleup", sessionDays = 14 }: OrganizationOptions = {},
): Promise<TestOrganization> {
  const slug = `t-${randomBytes(6).toString("hex")}`;
  const { parts } = service;
  const founder = { db: parts.db, actor: { kind: "operator", name: "test" } as const, ip: undefined, log: parts.log };
  const act = () => ({ ...founder, now: service.clock.now, referenceId: "TEST" });
  const organization = await createOrganization(act(), parts.settings, { slug, name: `Org ${slug}`, plan });
  const scope = () => ({ ...act(), organization });
  const owner = await addMember(scope(), { email: `owner@${slug}.test`, name: "Olive Owner", role: "owner" });
  const token = integration === "none" ? "" : await connect(scope(), integration, sessionDays);
  parts.gate.forget();
  return {
    organization,
    owner,
    scope: scope(),
    url: organization.url,
    token,
    scim: (method, path, body, headers) => scim(service, organization.url, token, method, path, body, headers),
    addMember: (email, role = "member", name = "Mel Member") => addMember(scope(), { email, name, role }),
    signIn: (email) => signIn(service, scope(), email),
    page: (path, cookie, form) => page(service, organization.url, path, cookie, form),
  };
}

async function connect(scope: Scope, provisioning: "scim" | "jit", sessionDays: number): Promise<string> {
  const ssoUrl = "https://example.okta.com/app/semaphore/exktest/sso/saml";
  const input = { ssoUrl, issuer: ISSUER, certificate: CERTIFICATE, provisioning, sessionDays };
  return (await saveIntegration(scope, checkIntegration(input))).scimToken ?? "";
}

/** The headers that Okta sends. */
export const OKTA_HEADERS = {
  accept: "application/scim+json",
  "accept-charset": "utf-8",
  "user-agent": "Okta SCIM Client 1.0.0",
};

async function scim(
  service: TestService,
  url: string,
  token: string,
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<ScimAnswer> {
  const response = await service.fetch(`${url}/okta/scim${path}`, {
    method,
    headers: {
      ...OKTA_HEADERS,
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { "content-type": "application/scim+json; charset=utf-8" }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
}

async function signIn(service: TestService, scope: Scope, email: string): Promise<string> {
  const { url } = await createSignInLink(scope, email);
  const token = new URL(url).searchParams.get("token") ?? "";
  const response = await page(service, scope.organization.url, "/sign-in/link", undefined, { token });
  if (response.status !== 303) throw new Error(`signing ${email} in answered ${response.status}`);
  return cookiesOf(response);
}

/** The cookies that an answer sets, as the `Cookie` header of the next request. */
export function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

function page(
  service: TestService,
  url: string,
  path: string,
  cookie?: string,
  form?: Record<string, string>,
): Promise<Response> {
  const headers = { ...(cookie && { cookie }), origin: url };
  if (!form) return service.fetch(`${url}${path}`, { headers });
  return service.fetch(`${url}${path}`, { method: "POST", headers, body: new URLSearchParams(form) });
}

let people = 0;

/** A person whom nobody knows yet, as Okta pushes them. */
export function oktaUser(changes: Record<string, unknown> = {}) {
  people++;
  const email = `person${people}-${randomBytes(3).toString("hex")}@example.test`;
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    userName: email,
    name: { givenName: "Ada", familyName: `Park${people}` },
    emails: [{ primary: true, value: email, type: "work" }],
    displayName: `Ada Park${people}`,
    locale: "en-US",
    externalId: `00u${randomBytes(8).toString("hex")}`,
    groups: [],
    password: "x7Placehold",
    active: true,
    ...changes,
  };
}
