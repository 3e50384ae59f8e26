import { randomInt } from "node:crypto";
import type { KeyPair } from "./keys.ts";
import { sign } from "./sign.ts";

const PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol";
const ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion";
const XS = "http://www.w3.org/2001/XMLSchema";
const XSI = "http://www.w3.org/2001/XMLSchema-instance";
const ENTITY = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";

/** All that a response says. The overrides of a test are a part of this. */
export interface ResponseValues {
  readonly destination: string;
  readonly recipient: string;
  readonly issuer: string;
  readonly audience: string;
  readonly nameId: string;
  readonly nameIdFormat: string;
  readonly issueInstant: Date;
  readonly notBefore: Date;
  readonly notOnOrAfter: Date;
  /** Of a sign-in that the service began; undefined for a click on the tile. */
  readonly inResponseTo: string | undefined;
  /** When the service's session must end; Okta sends it only if it is configured. */
  readonly sessionNotOnOrAfter: Date | undefined;
  /** In this order; one without a value is left out. */
  readonly attributes: ReadonlyMap<string, readonly string[]>;
  readonly statusCode: string;
  /** Which elements are signed. Okta's default is both. */
  readonly signed: "both" | "response" | "assertion" | "none";
}

/** The window that Okta gives: five minutes on either side of now. */
export function windowAround(now: Date): Pick<ResponseValues, "issueInstant" | "notBefore" | "notOnOrAfter"> {
  const minutes = (count: number): Date => new Date(now.getTime() + count * 60_000);
  return { issueInstant: now, notBefore: minutes(-5), notOnOrAfter: minutes(5) };
}

/** The response as XML in Okta's shape, signed with the key. */
export function buildResponse(values: ResponseValues, keys: KeyPair): string {
  const xml = responseXml(values);
  const { signed } = values;
  const inner = signed === "both" || signed === "assertion" ? sign(xml, "Assertion", keys) : xml;
  return signed === "both" || signed === "response" ? sign(inner, "Response", keys) : inner;
}

function responseXml(values: ResponseValues): string {
  const instant = values.issueInstant.toISOString();
  return (
    `<?xml version="1.0" encoding="UTF-8"?>` +
    `<saml2p:Response Destination="${escaped(values.destination)}" ID="${samlId()}"${inResponseTo(values)} IssueInstant="${instant}" Version="2.0" xmlns:saml2p="${PROTOCOL}" xmlns:xs="${XS}">` +
    issuer(values) +
    `<saml2p:Status xmlns:saml2p="${PROTOCOL}"><saml2p:StatusCode Value="${escaped(values.statusCode)}"/></saml2p:Status>` +
    assertion(values, instant) +
    `</saml2p:Response>`
  );
}

function assertion(values: ResponseValues, instant: string): string {
  return (
    `<saml2:Assertion ID="${samlId()}" IssueInstant="${instant}" Version="2.0" xmlns:saml2="${ASSERTION}" xmlns:xs="${XS}">` +
    issuer(values) +
    subject(values) +
    `<saml2:Conditions NotBefore="${values.notBefore.toISOString()}" NotOnOrAfter="${values.notOnOrAfter.toISOString()}" xmlns:saml2="${ASSERTION}"><saml2:AudienceRestriction><saml2:Audience>${escaped(values.audience)}</saml2:Audience></saml2:AudienceRestriction></saml2:Conditions>` +
    authnStatement(values, instant) +
    attributeStatement(values.attributes) +
    `</saml2:Assertion>`
  );
}

function issuer(values: ResponseValues): string {
  return `<saml2:Issuer Format="${ENTITY}" xmlns:saml2="${ASSERTION}">${escaped(values.issuer)}</saml2:Issuer>`;
}

function subject(values: ResponseValues): string {
  return (
    `<saml2:Subject xmlns:saml2="${ASSERTION}">` +
    `<saml2:NameID Format="${escaped(values.nameIdFormat)}">${escaped(values.nameId)}</saml2:NameID>` +
    `<saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">` +
    `<saml2:SubjectConfirmationData${inResponseTo(values)} NotOnOrAfter="${values.notOnOrAfter.toISOString()}" Recipient="${escaped(values.recipient)}"/>` +
    `</saml2:SubjectConfirmation></saml2:Subject>`
  );
}

function authnStatement(values: ResponseValues, instant: string): string {
  const until = values.sessionNotOnOrAfter;
  const session = until === undefined ? "" : ` SessionNotOnOrAfter="${until.toISOString()}"`;
  return (
    `<saml2:AuthnStatement AuthnInstant="${instant}" SessionIndex="${escaped(values.inResponseTo ?? samlId())}"${session} xmlns:saml2="${ASSERTION}">` +
    `<saml2:AuthnContext><saml2:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml2:AuthnContextClassRef></saml2:AuthnContext>` +
    `</saml2:AuthnStatement>`
  );
}

function attributeStatement(attributes: ResponseValues["attributes"]): string {
  const given = [...attributes].filter(([, values]) => values.length > 0);
  if (given.length === 0) return "";
  const each = given.map(
    ([name, values]) =>
      `<saml2:Attribute Name="${escaped(name)}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified">${values.map(attributeValue).join("")}</saml2:Attribute>`,
  );
  return `<saml2:AttributeStatement xmlns:saml2="${ASSERTION}">${each.join("")}</saml2:AttributeStatement>`;
}

function attributeValue(value: string): string {
  return `<saml2:AttributeValue xmlns:xs="${XS}" xmlns:xsi="${XSI}" xsi:type="xs:string">${escaped(value)}</saml2:AttributeValue>`;
}

function inResponseTo(values: ResponseValues): string {
  return values.inResponseTo === undefined ? "" : ` InResponseTo="${escaped(values.inResponseTo)}"`;
}

/** Okta's ids: `id` and a long row of digits. */
function samlId(): string {
  return `id${Array.from({ length: 26 }, () => randomInt(10)).join("")}`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
