import { Refusal } from "../../refusal.ts";
import { parseCertificates } from "./certificate.ts";
import { XmlFault } from "./characters.ts";
import { SAMLP } from "./message.ts";
import { cut } from "./refusals.ts";
import { DSIG } from "./signature-shape.ts";
import { instantOf } from "./time.ts";
import { attributeOf, isNamed, textOf, type XmlElement } from "./tree.ts";
import { METADATA, parseXml } from "./xml.ts";

export const MD = "urn:oasis:names:tc:SAML:2.0:metadata";
export const BINDINGS = "urn:oasis:names:tc:SAML:2.0:bindings:";

/** What an identity provider's metadata says about signing in. */
export interface IdpMetadata {
  /** Its entity ID. */
  readonly issuer: string;
  /** Where AuthnRequests go: for HTTP-Redirect, else for HTTP-POST. */
  readonly ssoUrl: string;
  /** PEM, each once. */
  readonly certificates: readonly string[];
  /** From then on it must not be used (SAML Metadata §2.3.1); absent: it does not say. */
  readonly validUntil?: Date;
}

/**
 * Reads an identity provider's metadata (SAML Metadata §2.4.3): an EntityDescriptor, or an EntitiesDescriptor that
 * holds one provider. Its signature is not verified: whoever imports it vouches for where it came from. Comments and
 * processing instructions are skipped, a DTD is refused. Refuses (400 `metadata`, or `certificate`) with a sentence.
 */
export function parseIdpMetadata(xml: string): IdpMetadata {
  const root = parsed(xml);
  const [provider, second] = providersIn(root);
  if (provider === undefined) throw refused("This metadata describes no SAML 2.0 identity provider.");
  if (second !== undefined) throw refused("This metadata describes several identity providers. Give that of one.");
  const issuer = attributeOf(provider.entity, "entityID");
  if (!issuer) throw refused("This metadata has no entityID.");
  const ends = [root, provider.entity, provider.role].flatMap((element) => validUntilOf(element) ?? []);
  return {
    issuer,
    ssoUrl: ssoUrlOf(provider.role),
    certificates: [...new Set(acceptable(signingKeys(provider.role)))],
    ...(ends.length > 0 && { validUntil: new Date(Math.min(...ends.map((end) => end.getTime()))) }),
  };
}

/** The text of metadata that came as bytes, from a file or an address; 400 `metadata` for what is not UTF-8. */
export function metadataText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refused("This is not metadata that can be read: it is not UTF-8 text.");
  }
}

interface Provider {
  readonly entity: XmlElement;
  readonly role: XmlElement;
}

function parsed(xml: string): XmlElement {
  try {
    // Entra's federation metadata starts with a byte order mark.
    return parseXml((xml.startsWith("\uFEFF") ? xml.slice(1) : xml).trim(), METADATA);
  } catch (error) {
    if (!(error instanceof XmlFault)) throw error;
    const cause = { check: "metadata", wanted: error.wanted, got: cut(error.got) };
    throw new Refusal(400, "metadata", "This is not metadata that can be read.", cause);
  }
}

function providersIn(root: XmlElement): Provider[] {
  const entities = isNamed(root, MD, "EntitiesDescriptor") ? childrenNamed(root, MD, "EntityDescriptor") : [root];
  return entities
    .filter((entity) => isNamed(entity, MD, "EntityDescriptor"))
    .flatMap((entity) => childrenNamed(entity, MD, "IDPSSODescriptor").map((role) => ({ entity, role })))
    .filter(({ role }) => attributeOf(role, "protocolSupportEnumeration")?.split(/\s+/).includes(SAMLP));
}

/** A KeyDescriptor without `use` serves both purposes (SAML Metadata §2.4.1.1). */
function signingKeys(role: XmlElement): XmlElement[] {
  return childrenNamed(role, MD, "KeyDescriptor").filter((key) => (attributeOf(key, "use") ?? "signing") === "signing");
}

/** Some publish an old key that we would not trust beside the one in use: it is left out, unless it is the only one. */
function acceptable(keys: readonly XmlElement[]): string[] {
  const found: string[] = [];
  let wrong: unknown = refused("This metadata has no signing certificate.");
  for (const text of keys.flatMap(certificateTexts)) {
    try {
      found.push(...parseCertificates(text).map((certificate) => certificate.pem));
    } catch (error) {
      wrong = error;
    }
  }
  if (found.length === 0) throw wrong;
  return found;
}

function certificateTexts(key: XmlElement): string[] {
  return childrenNamed(key, DSIG, "KeyInfo")
    .flatMap((info) => childrenNamed(info, DSIG, "X509Data"))
    .flatMap((x509) => childrenNamed(x509, DSIG, "X509Certificate"))
    .map((certificate) => textOf(certificate) ?? "");
}

function validUntilOf(element: XmlElement): Date | undefined {
  const text = attributeOf(element, "validUntil");
  if (text === undefined) return undefined;
  const end = instantOf(text);
  if (end === undefined) throw refused("This metadata says until when it is valid, but not as a time in UTC.");
  return end;
}

function ssoUrlOf(role: XmlElement): string {
  const services = childrenNamed(role, MD, "SingleSignOnService");
  for (const binding of ["HTTP-Redirect", "HTTP-POST"]) {
    const service = services.find((element) => attributeOf(element, "Binding") === BINDINGS + binding);
    const location = service && attributeOf(service, "Location");
    if (location) return location;
  }
  throw refused("This metadata has no SingleSignOnService for HTTP-Redirect or HTTP-POST.");
}

function childrenNamed(parent: XmlElement, namespace: string, local: string): XmlElement[] {
  return parent.children
    .filter((child) => typeof child !== "string")
    .filter((child) => isNamed(child, namespace, local));
}

function refused(sentence: string): Refusal {
  return new Refusal(400, "metadata", sentence, { check: "metadata", wanted: "metadata of one identity provider" });
}
