import { SAMLP } from "./message.ts";
import { refusal } from "./refusals.ts";
import type { Trace } from "./trace.ts";
import { attributeOf, isNamed, textOf, type XmlElement } from "./tree.ts";

const PREFIX = "urn:oasis:names:tc:SAML:2.0:status:";
const SUCCESS = `${PREFIX}Success`;

/**
 * Refuses (`status`) a response that is not a success, with the provider's reason in words (SAML Core §3.2.2.2): the
 * member reads what the code means, the administrator the codes and the provider's own message.
 */
export function requireSuccess(status: XmlElement, trace: Trace): void {
  const code = childNamed(status, "StatusCode");
  const value = (code && attributeOf(code, "Value")) ?? "no status";
  const nested = code && childNamed(code, "StatusCode");
  if (value === SUCCESS && nested === undefined) {
    trace.pass("status", SUCCESS, value);
    return;
  }
  const reason = (nested && attributeOf(nested, "Value")) ?? value;
  const message = childNamed(status, "StatusMessage");
  const got = [value, reason === value ? "" : reason, (message && textOf(message)) ?? ""].filter((part) => part !== "");
  const words = REASONS.get(reason.startsWith(PREFIX) ? reason.slice(PREFIX.length) : reason);
  const sentence = words === undefined ? undefined : `Your identity provider did not sign you in: ${words}.`;
  throw refusal("status", SUCCESS, got.join(" · "), sentence);
}

/** SAML Core §3.2.2.2, as far as it can be said to the one who wanted to sign in. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ["Requester", "it did not accept what we asked for"],
  ["Responder", "it has a problem of its own"],
  ["VersionMismatch", "it speaks another version of SAML"],
  ["AuthnFailed", "it could not tell that it is you"],
  ["InvalidAttrNameOrValue", "it found an attribute that it does not know"],
  ["InvalidNameIDPolicy", "it has no name for you in the form that we asked for"],
  ["NoAuthnContext", "it cannot sign you in as strictly as it was asked to"],
  ["NoAvailableIDP", "it cannot reach the place where you sign in"],
  ["NoPassive", "it would have to ask you something first"],
  ["NoSupportedIDP", "it does not work with the place where you sign in"],
  ["RequestDenied", "you are not allowed to use this application"],
  ["RequestUnsupported", "it does not support what we asked for"],
  ["UnknownPrincipal", "it does not know you"],
  ["UnsupportedBinding", "it does not support the way we asked"],
]);

function childNamed(parent: XmlElement, local: string): XmlElement | undefined {
  for (const child of parent.children) {
    if (typeof child !== "string" && isNamed(child, SAMLP, local)) return child;
  }
  return undefined;
}
