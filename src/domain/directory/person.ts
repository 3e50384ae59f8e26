import { isObject, type JsonObject } from "../../protocols/scim/json.ts";
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

/** The bytes that an entry of an index holds (PostgreSQL: 2,704 with what stands around them). */
const LONGEST_KEY = 2_500;

/** Refuses (400 `invalidValue`) what a resource could not be found by: a thousand letters of some alphabets are too many. */
export function requireKeys(keys: Readonly<Record<string, readonly (string | null)[]>>): void {
  for (const [name, values] of Object.entries(keys)) {
    const long = values.find((value) => value !== null && Buffer.byteLength(value) > LONGEST_KEY);
    if (long) throw new Refusal(400, "invalidValue", `${name} takes at most ${LONGEST_KEY} bytes: make it shorter.`);
  }
}

/** What a person is looked up by. */
export function personKeys({ userName, externalId, attributes }: PersonInput) {
  const emails = Array.isArray(attributes["emails"]) ? attributes["emails"] : [];
  const values = emails.map((each) => (isObject(each) && typeof each["value"] === "string" ? each["value"] : null));
  return { userName: [userName], externalId: [externalId], "emails.value": values };
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
