import { isObject, type JsonObject, type JsonValue } from "./json.ts";
import { isPrimary } from "./value.ts";

/**
 * The address that a directory user is matched by: the primary email, else the first, else `userName`; whichever is an
 * address, with the spaces around it taken off. `undefined` if none is.
 */
export function primaryEmail(userName: string, attributes: JsonObject): string | undefined {
  const emails = attributes["emails"];
  const list = Array.isArray(emails) ? emails : [];
  const primary = list.filter(isPrimary);
  return [...primary, ...list].map(address).concat(userName.trim()).find(isEmailAddress);
}

function address(email: JsonValue): string {
  const value = isObject(email) ? email["value"] : undefined;
  return typeof value === "string" ? value.trim() : "";
}

/**
 * Whether the text is an email address: one @, before it 1 to 64 characters without spaces, controls and the specials of
 * RFC 5322 §3.2.3, after it a domain; 254 characters at most (RFC 5321 §4.5.3.1.3, less the angle brackets).
 */
export function isEmailAddress(text: string): boolean {
  if (text.length > 254) return false;
  const [local = "", domain = "", ...more] = text.split("@");
  return more.length === 0 && LOCAL_PART.test(local) && domain.split(".").every((label) => LABEL.test(label));
}

const LOCAL_PART = /^[^\s\p{C}<>()[\],;:\\"]{1,64}$/u;
const LABEL = /^(?!-)[\p{L}\p{N}\p{M}-]{1,63}(?<!-)$/u;
