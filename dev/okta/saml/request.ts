import { inflateRawSync } from "node:zlib";

/** What Okta needs of an AuthnRequest. */
export interface AuthnRequest {
  readonly id: string;
  /** Undefined when the request leaves it to the app's settings; so are the other two. */
  readonly acsUrl: string | undefined;
  readonly destination: string | undefined;
  readonly issuer: string | undefined;
}

/** Reads the `SAMLRequest` of the HTTP-Redirect binding (saml-bindings-2.0 §3.4.4.1). Throws when it is not one. */
export function readAuthnRequest(parameter: string): AuthnRequest {
  const xml = inflateRawSync(Buffer.from(parameter, "base64"), { maxOutputLength: 65_536 }).toString("utf8");
  const tag = /<(?:[\w-]+:)?AuthnRequest\b[^>]*>/.exec(xml)?.[0];
  const id = attribute(tag, "ID");
  if (id === undefined) throw new Error("there is no AuthnRequest with an ID in it");
  const issuer = /<(?:[\w-]+:)?Issuer\b[^>]*>([^<]*)</.exec(xml)?.[1];
  return {
    id,
    acsUrl: attribute(tag, "AssertionConsumerServiceURL"),
    destination: attribute(tag, "Destination"),
    issuer: issuer === undefined ? undefined : unescaped(issuer),
  };
}

function attribute(tag: string | undefined, name: string): string | undefined {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(tag ?? "");
  const value = found?.[1] ?? found?.[2];
  return value === undefined ? undefined : unescaped(value);
}

function unescaped(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
