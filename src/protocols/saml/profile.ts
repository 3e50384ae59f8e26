/** Under which names the integration's provider sends what describes a person; undefined: none was chosen. */
export interface ProfileAttributes {
  readonly givenName: string | undefined;
  readonly familyName: string | undefined;
  readonly groups: string | undefined;
  readonly role: string | undefined;
}

/** What an assertion says of a person besides the email. What it does not say is absent; an empty list is empty. */
export interface Profile {
  readonly givenName?: string;
  readonly familyName?: string;
  /** Absent: the attribute was not sent, or none is read. Empty: it was sent without a value. */
  readonly groups?: readonly string[];
  /** As `groups`; providers send one role or several. */
  readonly roles?: readonly string[];
}

/**
 * Reads a person's profile from the attributes of a verified assertion. Given and family name are found by their usual
 * names where none was chosen; groups and roles decide what somebody may do, so only a chosen name is read. Values are
 * trimmed, blank ones and repetitions are left out.
 */
export function readProfile(attributes: ReadonlyMap<string, readonly string[]>, names: ProfileAttributes): Profile {
  const first = (chosen: string | undefined, usual: readonly string[]) =>
    (chosen === undefined ? usual : [chosen]).flatMap((name) => valuesOf(attributes, name) ?? []).at(0);
  const givenName = first(names.givenName, GIVEN_NAMES);
  const familyName = first(names.familyName, FAMILY_NAMES);
  const groups = names.groups === undefined ? undefined : valuesOf(attributes, names.groups);
  const roles = names.role === undefined ? undefined : valuesOf(attributes, names.role);
  return {
    ...(givenName !== undefined && { givenName }),
    ...(familyName !== undefined && { familyName }),
    ...(groups !== undefined && { groups }),
    ...(roles !== undefined && { roles }),
  };
}

/** Okta's and JumpCloud's examples, Entra's and ADFS's claims, OneLogin's fields, X.500 names (RFC 4519 §2). */
const GIVEN_NAMES = [
  "firstName",
  "givenName",
  "first_name",
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname",
  "User.FirstName",
  "urn:oid:2.5.4.42",
];
const FAMILY_NAMES = [
  "lastName",
  "familyName",
  "last_name",
  "surname",
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname",
  "User.LastName",
  "urn:oid:2.5.4.4",
];

function valuesOf(attributes: ReadonlyMap<string, readonly string[]>, name: string): readonly string[] | undefined {
  const values = attributes.get(name)?.map((value) => value.trim());
  return values && [...new Set(values.filter((value) => value !== ""))];
}
