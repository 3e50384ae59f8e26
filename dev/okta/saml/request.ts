import { inflateRawSync } from "node:zlib";

/** What Okta needs of an AuthnRequest. */
export interface AuthnRequest {
  readonly id: string;
  /** Undefined when the request leaves it to the app's settings. */
  readonly acsUrl: string | undefined;
}

/** Reads the `SAMLRequest` of the HTTP-Redirect binding (saml-bindings-2.0 §3.4.4.1). Throws when it is not one. */
export function readAuthnRequest(parameter: string): AuthnRequest {
  const xml = inflateRawSync(Buffer.from(parameter, "base64"), { maxOutputLength: 65_536 }).toString("utf8");
  const tag = /<(?:[\w-]+:)?AuthnRequest\b[^>]*>/.exec(xml)?.[0];
  const id = attribute(tag, "ID");
  if (id === undefined) throw new Error("there is no AuthnRequest with an ID in it");
  return { id, acsUrl: attribute(tag, "AssertionConsumerServiceURL") };
}

function attribute(tag: string | undefined, name: string): string | undefined {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(tag ?? "");
  const value = found?.[1] ?? found?.[2];
  return value?.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
