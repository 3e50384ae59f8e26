import type { JsonObject } from "../../protocols/scim/json.ts";
import { primaryEmail } from "../../protocols/scim/resource.ts";
import { Refusal } from "../../refusal.ts";

/** What a directory says of a person: the writable part of a directory user. */
export interface PersonInput {
  readonly userName: string;
  readonly externalId: string | null;
  readonly active: boolean;
  readonly attributes: JsonObject;
}

/**
 * The name of a member that the directory made. Given and family name come first: Okta's wizard apps send a stale
 * `name.formatted` and an old `displayName` back with the new parts.
 */
export function personName(person: Pick<PersonInput, "userName" | "attributes">): string {
  const { attributes } = person;
  const name = attributes["name"];
  const parts = name && typeof name === "object" && !Array.isArray(name) ? name : {};
  const whole = [parts["givenName"], parts["familyName"]].filter((part) => typeof part === "string").join(" ");
  const candidates = [whole, attributes["displayName"], parts["formatted"], person.userName];
  const found = candidates.find((each) => typeof each === "string" && each.trim() !== "");
  return String(found).trim().slice(0, 200);
}

/** The address that matches a person to a member; `last` is the one known before. 400 `invalidValue` if there is none. */
export function personEmail(person: Pick<PersonInput, "userName" | "attributes">, last?: string): string {
  const email = primaryEmail(person.userName, person.attributes) ?? last;
  if (email !== undefined) return email;
  throw new Refusal(
    400,
    "invalidValue",
    "The user has no email address: send emails, or a userName that is an address. In Okta, set Application username to Email.",
  );
}
