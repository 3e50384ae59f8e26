import { Refusal } from "../../refusal.ts";
import { parseCertificates } from "./certificate.ts";
import { XmlFault } from "./characters.ts";
import { SAMLP } from "./message.ts";
import { cut } from "./refusals.ts";
import { DSIG } from "./signature-shape.ts";
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
}

/**
 * Reads an identity provider's metadata (SAML Metadata §2.4.3): an EntityDescriptor, or an EntitiesDescriptor that
 * holds one provider. Its signature is not verified: whoever imports it vouches for where it came from. Comments and
 * processing instructions are skipped, a DTD is refused. Refuses (400 `metadata`, or `certificate`) with a sentence.
 */
export function parseIdpMetadata(xml: string): IdpMetadata {
  const [provider, second] = providersIn(parsed(xml));
  if (provider === undefined) throw refused("This metadata describes no SAML 2.0 identity provider.");
  if (second !== undefined) throw refused("This metadata describes several identity providers. Give that of one.");
  const issuer = attributeOf(provider.entity, "entityID");
  if (!issuer) throw refused("This metadata has no entityID.");
  const certificates = signingKeys(provider.role).flatMap(certificatesOf);
  if (certificates.length === 0) throw refused("This metadata has no signing certificate.");
  return { issuer, ssoUrl: ssoUrlOf(provider.role), certificates: [...new Set(certificates)] };
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

function certificatesOf(key: XmlElement): string[] {
  return childrenNamed(key, DSIG, "KeyInfo")
    .flatMap((info) => childrenNamed(info, DSIG, "X509Data"))
    .flatMap((x509) => childrenNamed(x509, DSIG, "X509Certificate"))
    .flatMap((certificate) => parseCertificates(textOf(certificate) ?? ""))
    .map((certificate) => certificate.pem);
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
