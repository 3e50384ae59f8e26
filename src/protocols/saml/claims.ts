import { isBlank } from "./characters.ts";
import { SAML } from "./message.ts";
import { refusal } from "./refusals.ts";
import { DSIG } from "./signature-shape.ts";
import { instantOf } from "./time.ts";
import { attributeOf, elementsOf, isNamed, textOf, type XmlElement } from "./tree.ts";

/** What a signed assertion says, read but not yet compared with anything. */
export interface Claims {
  readonly issuer: string;
  readonly nameId: string;
  readonly nameIdFormat: string;
  readonly confirmations: readonly Confirmation[];
  readonly conditions: Conditions;
  readonly attributes: ReadonlyMap<string, readonly string[]>;
  readonly sessionIndex: string | undefined;
  readonly sessionNotOnOrAfter: Date | undefined;
}

/** SAML Core §2.4.1.1 and §2.4.1.2 */
export interface Confirmation {
  readonly method: string;
  readonly recipient: string | undefined;
  readonly notBefore: Date | undefined;
  readonly notOnOrAfter: Date | undefined;
  readonly inResponseTo: string | undefined;
}

/** SAML Core §2.5.1 */
export interface Conditions {
  readonly notBefore: Date | undefined;
  readonly notOnOrAfter: Date | undefined;
  /** The audiences of each AudienceRestriction. */
  readonly restrictions: readonly (readonly string[])[];
  /** The names of conditions that we do not know. */
  readonly unknown: readonly string[];
}

export const UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";

/**
 * Reads an assertion that a verified signature covers: Issuer, Signature?, Subject, Conditions, then statements in any
 * order (SAML Core §2.3.3; ADFS puts the AttributeStatement first). Refuses (`assertion`) any other layout.
 */
export function readClaims(assertion: XmlElement): Claims {
  const version = attributeOf(assertion, "Version");
  if (version !== "2.0") throw refusal("assertion", "version 2.0", version ?? "no version");
  const [issuer, ...others] = elements(assertion);
  const [subject, conditions, ...statements] = isNamed(others[0], DSIG, "Signature") ? others.slice(1) : others;
  return {
    issuer: text(named(issuer, "Issuer")),
    ...readSubject(named(subject, "Subject")),
    conditions: readConditions(named(conditions, "Conditions")),
    ...readStatements(statements),
  };
}

function readSubject(subject: XmlElement): Pick<Claims, "nameId" | "nameIdFormat" | "confirmations"> {
  const [first, ...others] = elements(subject);
  const nameId = named(first, "NameID");
  return {
    nameId: text(nameId),
    nameIdFormat: attributeOf(nameId, "Format") ?? UNSPECIFIED,
    confirmations: others.map((element) => readConfirmation(named(element, "SubjectConfirmation"))),
  };
}

function readConfirmation(confirmation: XmlElement): Confirmation {
  const [data, second] = elements(confirmation);
  if (second !== undefined) throw refusal("assertion", "one SubjectConfirmationData", second.local);
  const method = attributeOf(confirmation, "Method") ?? "none";
  if (data === undefined) return { method, ...NO_DATA };
  const fields = named(data, "SubjectConfirmationData");
  if (!isBlank(text(fields))) throw refusal("assertion", "no text there", "text");
  return {
    method,
    recipient: attributeOf(fields, "Recipient"),
    notBefore: instant(fields, "NotBefore"),
    notOnOrAfter: instant(fields, "NotOnOrAfter"),
    inResponseTo: attributeOf(fields, "InResponseTo"),
  };
}

const NO_DATA = { recipient: undefined, notBefore: undefined, notOnOrAfter: undefined, inResponseTo: undefined };

/** OneTimeUse is what we do anyway; ProxyRestriction binds those who issue assertions, which we do not. */
const UNDERSTOOD: ReadonlySet<string> = new Set(["AudienceRestriction", "OneTimeUse", "ProxyRestriction"]);

function readConditions(conditions: XmlElement): Conditions {
  const children = elements(conditions);
  const restrictions = children.filter((child) => isNamed(child, SAML, "AudienceRestriction"));
  const unknown = children.filter((child) => child.namespace !== SAML || !UNDERSTOOD.has(child.local));
  return {
    notBefore: instant(conditions, "NotBefore"),
    notOnOrAfter: instant(conditions, "NotOnOrAfter"),
    restrictions: restrictions.map((child) => elements(child).map((audience) => text(named(audience, "Audience")))),
    unknown: unknown.map((child) => child.local),
  };
}

function readStatements(
  statements: readonly XmlElement[],
): Pick<Claims, "attributes" | "sessionIndex" | "sessionNotOnOrAfter"> {
  const attributes = new Map<string, string[]>();
  let sessionIndex: string | undefined;
  let sessionNotOnOrAfter: Date | undefined;
  for (const statement of statements) {
    if (isNamed(statement, SAML, "AttributeStatement")) {
      for (const attribute of elements(statement)) collectAttribute(named(attribute, "Attribute"), attributes);
    } else {
      named(statement, "AuthnStatement");
      sessionIndex ??= attributeOf(statement, "SessionIndex");
      sessionNotOnOrAfter = earlier(sessionNotOnOrAfter, instant(statement, "SessionNotOnOrAfter"));
    }
  }
  return { attributes, sessionIndex, sessionNotOnOrAfter };
}

/** Values of one name are joined, wherever they stand. A value that is XML itself is no text and left out. */
function collectAttribute(attribute: XmlElement, attributes: Map<string, string[]>): void {
  const name = attributeOf(attribute, "Name");
  if (!name) throw refusal("assertion", "a Name on each Attribute", "none");
  const values = attributes.get(name) ?? [];
  attributes.set(name, values);
  for (const element of elements(attribute)) {
    const value = textOf(named(element, "AttributeValue"));
    if (value !== undefined) values.push(value);
  }
}

function earlier(one: Date | undefined, other: Date | undefined): Date | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one < other ? one : other;
}

function instant(element: XmlElement, name: string): Date | undefined {
  const value = attributeOf(element, name);
  if (value === undefined) return undefined;
  const date = instantOf(value);
  if (date === undefined) throw refusal("assertion", `${name} in UTC, as 2026-03-01T09:30:00Z`, value);
  return date;
}

function elements(parent: XmlElement): XmlElement[] {
  const children = elementsOf(parent);
  if (children === undefined) throw refusal("assertion", `no text in ${parent.local}`, "text");
  return children;
}

function named(element: XmlElement | undefined, local: string): XmlElement {
  if (element !== undefined && isNamed(element, SAML, local)) return element;
  throw refusal("assertion", `${local} in its place`, element?.local ?? "nothing");
}

function text(element: XmlElement): string {
  const value = textOf(element);
  if (value === undefined) throw refusal("assertion", `text in ${element.local}`, "an element");
  return value;
}
