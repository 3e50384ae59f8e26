import type { Role } from "../../src/db/tables.ts";
import { readMapping } from "../../src/domain/directory/mapping.ts";
import { saveMapping } from "../../src/domain/directory/save-mapping.ts";
import { findOrganization } from "../../src/domain/organizations/organizations.ts";
import { signInByRecoveryCode } from "../../src/domain/sessions/recovery.ts";
import { sessionById } from "../../src/domain/sessions/sessions.ts";
import { expectedResponse } from "../../src/domain/sso/expectations.ts";
import { signInThroughSso } from "../../src/domain/sso/sign-in.ts";
import { parseCertificates } from "../../src/protocols/saml/certificate.ts";
import { NEXT_CERTIFICATE } from "../../src/protocols/saml/fixtures/certificates.ts";
import { examineResponse } from "../../src/protocols/saml/response.ts";
import { Refusal } from "../../src/refusal.ts";
import type { Scope } from "../../src/scope.ts";
import {
  CERTIFICATE,
  cookiesOf,
  ISSUER,
  newOrganization,
  oktaUser,
  type TestOrganization,
} from "../support/organization.ts";
import { ENFORCEMENT, keepCodes, typeCode } from "../support/recovery.ts";
import type { TestService } from "../support/service.ts";
import { clickTile, encoded, responseXml } from "./provider.ts";

/** Which certificates the settings trust: that of the provider, another, or both. */
const CERTIFICATES: Readonly<Record<string, string>> = {
  right: CERTIFICATE,
  wrong: NEXT_CERTIFICATE,
  both: `${CERTIFICATE}\n${NEXT_CERTIFICATE}`,
};

/** What the settings are changed to; what is left out stays. */
interface Saved {
  readonly issuer?: string;
  readonly certificate?: string;
  readonly policy?: string;
  readonly provisioning?: string;
}

/** An organization of two owners and an admin, and what can be done to their ways in, each as its doer does it. */
export async function readWorld(service: TestService): Promise<World> {
  const org = await newOrganization(service);
  await org.addMember("second@example.test", "owner");
  await org.addMember("third@example.test", "admin");
  const world = new World(service, org);
  await world.save({});
  return world;
}

export class World {
  private readonly service: TestService;
  private readonly org: TestOrganization;
  private readonly emails: readonly string[];
  /** Every code that was ever made, by its owner. */
  private readonly codes: string[][] = [[], [], []];
  /** Who is in the group of the provider that a mapping may make owners of. */
  private readonly inGroup: boolean[] = [true, true, true];
  private token: string;
  private saved: Saved = { issuer: "right", certificate: "right" };
  private refused = 0;

  constructor(service: TestService, org: TestOrganization) {
    this.service = service;
    this.org = org;
    this.token = org.token;
    this.emails = [org.owner.email, "second@example.test", "third@example.test"];
  }

  /** How many acts were refused since this was last asked, because they would have taken the last way in. */
  refusals(): number {
    const { refused } = this;
    this.refused = 0;
    return refused;
  }

  async isEnforced(): Promise<boolean> {
    return (await this.scope()).organization.ssoEnforced;
  }

  /** By what way some active owner can really come in now; each is tried, and undone. */
  async wayIn(): Promise<"sso" | "code" | undefined> {
    for (const who of this.emails.keys()) {
      // Whom nobody pushed, and who never came through it, the provider may not know.
      const known = (await this.directoryId(who)) !== undefined;
      if (known && (await this.cameIn((scope) => this.trySso(scope, who)))) return "sso";
    }
    for (const [who, email] of this.emails.entries()) {
      for (const code of this.codes[who] ?? []) {
        if (await this.cameIn((scope) => signInByRecoveryCode(scope, { email, code }))) return "code";
      }
    }
    return undefined;
  }

  async signInBySso(who: number): Promise<number[]> {
    this.service.clock.advance(1000);
    return [(await this.clickTile(who)).status];
  }

  /** The provider puts somebody into the group that may be mapped, or out of it, and says so at their next sign-in. */
  group(who: number, is: boolean): Promise<number[]> {
    this.inGroup[who] = is;
    return this.signInBySso(who);
  }

  /** The group makes people owners, or no more. */
  async map(on: boolean): Promise<number[]> {
    const scope = await this.scope();
    const settings = { defaultRole: "member", absentAttribute: "unchanged" } as const;
    const { rules } = await readMapping(scope);
    const remove = on ? [] : rules.map(({ id }) => id);
    const add = on ? [{ kind: "group", name: "Owners", role: "owner" } as const] : [];
    try {
      await saveMapping(scope, { remove, add, ...settings });
      return [200];
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return this.noted(error.status, JSON.stringify(error.code));
    }
  }

  /** By a link of the operator's, as an owner who came in some way. Others have none to keep. */
  async keepCodes(who: number): Promise<number[]> {
    const cookie = await this.org.signIn(this.email(who)).catch(() => undefined);
    if (!cookie || (await this.org.page(ENFORCEMENT, cookie)).status === 403) return [];
    this.codes[who]?.push(...(await keepCodes(this.org, cookie)));
    return [];
  }

  async useCodes(who: number, count: number): Promise<number[]> {
    const codes = (this.codes[who] ?? []).slice(-count);
    const statuses: number[] = [];
    for (const code of codes) statuses.push((await typeCode(this.org, this.email(who), code)).status);
    return statuses;
  }

  async enforce(who: number): Promise<number[]> {
    this.service.clock.advance(1000);
    const answer = await this.clickTile(who);
    if (answer.status !== 303) return [answer.status];
    const form = { slug: this.org.organization.slug, grace: "60" };
    await this.keepCodes(who);
    return [(await this.org.page(ENFORCEMENT, cookiesOf(answer), form)).status];
  }

  organization(change: { ssoEnforced?: boolean; plan?: string }): Promise<number[]> {
    return this.operator("PATCH", "", change);
  }

  async member(who: number, change: { role?: string; state?: string }): Promise<number[]> {
    const id = await this.memberId(who);
    return id ? this.operator("PATCH", `/members/${id}`, change) : [];
  }

  async remove(who: number): Promise<number[]> {
    const id = await this.memberId(who);
    return id ? this.operator("DELETE", `/members/${id}`) : [];
  }

  invite(who: number): Promise<number[]> {
    const role: Role = who === 2 ? "admin" : "owner";
    return this.operator("POST", "/members", { email: this.email(who), name: `Owner ${who}`, role });
  }

  push(who: number): Promise<number[]> {
    return this.scim("POST", "/Users", oktaUser({ userName: this.email(who), emails: [], externalId: `ext-${who}` }));
  }

  async setActive(who: number, active: boolean): Promise<number[]> {
    const id = await this.directoryId(who);
    const schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
    return id
      ? this.scim("PATCH", `/Users/${id}`, { schemas, Operations: [{ op: "replace", value: { active } }] })
      : [];
  }

  async unpush(who: number): Promise<number[]> {
    const id = await this.directoryId(who);
    return id ? this.scim("DELETE", `/Users/${id}`) : [];
  }

  /** Sets up, or changes what is named; "wrong" values are such that the provider's answers are refused. */
  async save(change: Saved): Promise<number[]> {
    const next = { ...this.saved, ...change };
    const { issuer, certificate = "right", policy, provisioning } = next;
    const answer = await this.service.operator("PUT", this.path("/okta-integration"), {
      ssoUrl: "https://example.okta.com/app/semaphore/exktest/sso/saml",
      issuer: issuer === "wrong" ? "https://wrong.example" : ISSUER,
      certificate: CERTIFICATES[certificate],
      groupsAttribute: "groups",
      ...(policy && { signaturePolicy: policy }),
      ...(provisioning && { provisioning }),
    });
    if (answer.ok) this.saved = next;
    return this.noted(answer.status, await answer.text());
  }

  dropCertificate(which: "right" | "wrong"): Promise<number[]> {
    const [{ fingerprintSha256 } = { fingerprintSha256: "" }] = parseCertificates(CERTIFICATES[which] ?? "");
    return this.operator("DELETE", `/okta-integration/certificates/${fingerprintSha256}`);
  }

  disconnect(): Promise<number[]> {
    return this.operator("DELETE", "/okta-integration");
  }

  /** Signs in within a transaction that is then undone; whether it opened a session of an active owner. */
  private async cameIn(signIn: (scope: Scope) => Promise<{ id: string } | undefined>): Promise<boolean> {
    let came = false;
    const steps = this.service.parts.db.transaction().execute(async (db) => {
      const scope = { ...(await this.scope()), db };
      const session = await signIn(scope);
      came = session !== undefined && (await sessionById(scope, session.id))?.role === "owner";
      throw new Error("undone");
    });
    await steps.catch(() => {});
    return came;
  }

  private clickTile(who: number): Promise<Response> {
    return clickTile(this.service, this.org, this.email(who), { changes: { attributes: this.attributes(who) } });
  }

  private attributes(who: number): Map<string, string[]> {
    return new Map([["groups", [this.inGroup[who] ? "Owners" : "Others"]]]);
  }

  private async trySso(scope: Scope, who: number): Promise<{ id: string } | undefined> {
    const expected = await expectedResponse(scope, this.service.parts.sealer);
    const examined = examineResponse(encoded(this.response(who)), expected);
    const { assertion, refusal } = examined;
    if (!assertion) throw refusal;
    const browser = { userAgent: undefined, sessionId: undefined, token: undefined, namesRequest: false, next: "/" };
    const outcome = await signInThroughSso(scope, { ...examined, assertion }, browser);
    return outcome.kind === "session" ? outcome : undefined;
  }

  private response(who: number): string {
    return responseXml(this.service, this.org, this.email(who), { attributes: this.attributes(who) });
  }

  private async scope(): Promise<Scope> {
    const { parts, clock } = this.service;
    const found = await findOrganization(parts.db, parts.settings, this.org.organization.slug);
    return { ...this.org.scope, organization: found ?? this.org.organization, now: clock.now };
  }

  private async memberId(who: number): Promise<string | undefined> {
    const { db } = this.service.parts;
    const members = db.selectFrom("members").select("id").where("organization_id", "=", this.org.organization.id);
    return (await members.where("email", "=", this.email(who)).executeTakeFirst())?.id;
  }

  private async directoryId(who: number): Promise<string | undefined> {
    const { db } = this.service.parts;
    const users = db.selectFrom("directory_users").select("id").where("organization_id", "=", this.org.organization.id);
    return (await users.where("email", "=", this.email(who)).executeTakeFirst())?.id;
  }

  private async operator(method: string, path: string, body?: unknown): Promise<number[]> {
    const answer = await this.service.operator(method, this.path(path), body);
    return this.noted(answer.status, await answer.text());
  }

  private async scim(method: string, path: string, body?: unknown): Promise<number[]> {
    const answer = await this.org.scim(method, path, body, { authorization: `Bearer ${this.token}` });
    return this.noted(answer.status, JSON.stringify(answer.body ?? ""));
  }

  private noted(status: number, text: string): number[] {
    const { scimToken } = /"scimToken":"(?<scimToken>[^"]+)"/.exec(text)?.groups ?? {};
    if (scimToken) this.token = scimToken;
    if (/"no-way-in"|last owner who can come in/.test(text)) this.refused++;
    return [status];
  }

  private path(path: string): string {
    return `/organizations/${this.org.organization.slug}${path}`;
  }

  private email(who: number): string {
    return this.emails[who] ?? "";
  }
}
