import { foldAscii, isObject, member } from "./json.ts";

/*
 * What identity providers write that RFC 7643 and 7644 do not, mended here once, so that the rest of the engine is the
 * standard. What the standard itself leaves to any case (attribute names, operators: PingOne's `Eq` and `username`) or
 * lets us ignore (`schemas`, unknown extensions, `"$ref": null`) is no liberty and is not here.
 */

/**
 * A truth value: `true`, `false`, or one of the words in any case.
 *
 * Entra ID sends `"active": "False"` unless the app has the flag `aadOptscim062020`; the same word stands in its filters,
 * as in `roles[primary eq "True"]`.
 * https://learn.microsoft.com/en-us/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility
 */
export function truthValue(value: unknown): boolean | undefined {
  if (typeof value !== "string") return typeof value === "boolean" ? value : undefined;
  const word = foldAscii(value.trim());
  return word === "true" ? true : word === "false" ? false : undefined;
}

/**
 * The name of a PATCH operation.
 *
 * Entra ID sends `Add`, `Replace` and `Remove`.
 * https://learn.microsoft.com/en-us/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups#update-user-multi-valued-properties
 */
export function operationName(op: unknown): "add" | "replace" | "remove" | undefined {
  const name = typeof op === "string" ? foldAscii(op.trim()) : undefined;
  return name === "add" || name === "replace" || name === "remove" ? name : undefined;
}

/**
 * The value of the enterprise attribute `manager` as the standard writes it, or null for none.
 *
 * Entra ID sends the bare identifier or a list of one, and `""` to clear it (same page as above). OneLogin's template
 * names the identifier `managerId`, as SCIM 1.1 did: https://developers.onelogin.com/scim/define-user-schema
 */
export function managerValue(value: unknown): unknown {
  const one = Array.isArray(value) ? (value[0] ?? null) : value;
  if (one === "" || one === null) return null;
  if (typeof one === "string") return { value: one };
  if (!isObject(one)) return one;
  const identifier = member(one, "value") ?? member(one, "managerid");
  if (identifier === "" || identifier === undefined) return identifier === "" ? null : one;
  return { ...one, value: identifier };
}

/**
 * The value for a single-valued simple attribute, out of the wrapping that older Entra ID apps put around it in PATCH:
 * `"value": [{"$ref": null, "value": "False"}]`.
 * https://learn.microsoft.com/en-us/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility
 */
export function unwrapped(value: unknown): unknown {
  const one = Array.isArray(value) && value.length === 1 ? value[0] : value;
  return isObject(one) && Object.hasOwn(one, "value") ? one["value"] : one;
}

/**
 * The values of a multi-valued attribute as a list.
 *
 * OneLogin's template has one object where a list belongs: `"emails": {"value": …, "primary": true}`.
 * https://developers.onelogin.com/scim/define-user-schema
 */
export function listOf(value: unknown): unknown {
  return isObject(value) ? [value] : value;
}

/** Names before the standard's, in lower case; OneLogin's templates use them (page as above). */
const OLD_URNS: readonly (readonly [old: string, urn: string])[] = [
  ["urn:scim:schemas:extension:enterprise:2.0:user", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user"],
  ["urn:scim:schemas:extension:enterprise:2.0", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user"],
  ["urn:scim:schemas:extension:enterprise:1.0", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user"],
  ["urn:scim:schemas:core:2.0:user", "urn:ietf:params:scim:schemas:core:2.0:user"],
  ["urn:scim:schemas:core:2.0:group", "urn:ietf:params:scim:schemas:core:2.0:group"],
];

/** A URN, or a name that begins with one, in lower case and under today's name. */
export function currentUrn(name: string): string {
  const lower = foldAscii(name);
  const found = OLD_URNS.find(([old]) => lower === old || lower.startsWith(`${old}:`));
  return found === undefined ? lower : found[1] + lower.slice(found[0].length);
}

/**
 * The name of a user's attribute in a filter or path.
 *
 * Okta makes its *Unique identifier field*, a free text, the attribute of its lookups. Our guide says `email` there, which
 * is no attribute of SCIM; the addresses are meant.
 * https://help.okta.com/en-us/content/topics/apps/apps_app_integration_wizard_scim.htm
 */
export function attributeAlias(name: string): string {
  return foldAscii(name) === "email" ? "emails" : name;
}

/** A query parameter's text without the `&` or `?` that OneLogin appends to its URLs. */
export function withoutTail(text: string): string {
  return text.replace(/[&?\s]+$/, "");
}
