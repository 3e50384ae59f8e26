import type { Selectable } from "kysely";
import { inTransaction } from "../../db/database.ts";
import type { Tables } from "../../db/tables.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { recordEvent } from "../audit/events.ts";
import { holdIntegration, noteTrustChange } from "./certificates.ts";
import { checkedSessionDays } from "./checks.ts";

type Row = Selectable<Tables["integrations"]>;

/** How people sign in through the identity provider, beside its address, its issuer and its certificates. */
export interface SignInSettings {
  /** Chooses names, icon and guide; nothing is checked by it. */
  readonly provider: Row["provider"];
  /** What becomes of a response that answers no request of ours: taken, dropped for a request of our own, refused. */
  readonly idpInitiated: Row["idp_initiated"];
  readonly signRequests: boolean;
  readonly signaturePolicy: Row["signature_policy"];
  /** The attribute that carries the email; null: the NameID. */
  readonly emailAttribute: string | null;
  /** Null: the usual names. */
  readonly givenNameAttribute: string | null;
  readonly familyNameAttribute: string | null;
  /** Null: not read. */
  readonly groupsAttribute: string | null;
  readonly roleAttribute: string | null;
  /** For sessions that begin from then on. */
  readonly sessionDays: number;
  /** A session ends after so many minutes without a request; null: never before its time. */
  readonly idleMinutes: number | null;
}

/** Some of them: what is undefined stays as it is. */
export type SignInChanges = { readonly [Name in keyof SignInSettings]?: SignInSettings[Name] | undefined };

const COLUMNS = {
  provider: "provider",
  idpInitiated: "idp_initiated",
  signRequests: "sign_requests",
  signaturePolicy: "signature_policy",
  emailAttribute: "email_attribute",
  givenNameAttribute: "given_name_attribute",
  familyNameAttribute: "family_name_attribute",
  groupsAttribute: "groups_attribute",
  roleAttribute: "role_attribute",
  sessionDays: "session_days",
  idleMinutes: "idle_minutes",
} as const satisfies Record<keyof SignInSettings, keyof Row>;

const NAMES = Object.keys(COLUMNS) as (keyof SignInSettings)[];

/** The settings in a row of the table. */
export function signInSettingsOf(row: Row): SignInSettings {
  return Object.fromEntries(NAMES.map((name) => [name, row[COLUMNS[name]]])) as unknown as SignInSettings;
}

/** The columns that these changes write. */
export function signInColumns(changes: SignInChanges): Partial<Pick<Row, (typeof COLUMNS)[keyof SignInSettings]>> {
  const chosen = NAMES.filter((name) => changes[name] !== undefined);
  return Object.fromEntries(chosen.map((name) => [COLUMNS[name], changes[name]]));
}

/** The name of an attribute in an assertion, trimmed; null for an empty one, 422 with the field's name for what is none. */
export function checkedAttribute(field: string, text: string | null): string | null {
  const name = text?.trim() ?? "";
  if (name === "") return null;
  if (name.length <= 256 && !/[\p{Cc}<>]/u.test(name)) return name;
  throw new Refusal(422, field, "An attribute's name is one line of at most 256 characters, as the provider sends it.");
}

/** After how many minutes without a request a session ends: 15 minutes to 30 days; 422 `idleMinutes` otherwise. */
export function checkedIdleMinutes(minutes: number | null): number | null {
  if (minutes === null || (Number.isInteger(minutes) && minutes >= 15 && minutes <= 43_200)) return minutes;
  throw new Refusal(422, "idleMinutes", "The idle limit is 15 minutes to 30 days, or none.");
}

/** Checks each by itself; throws the first refusal, whose code is the name of the field. */
export function checkSignInChanges(changes: SignInChanges): SignInChanges {
  const attributes = NAMES.filter((name) => name.endsWith("Attribute")) as "emailAttribute"[];
  const checked = attributes
    .filter((name) => changes[name] !== undefined)
    .map((name) => [name, checkedAttribute(name, changes[name] ?? null)]);
  return {
    ...changes,
    ...Object.fromEntries(checked),
    ...(changes.sessionDays !== undefined && { sessionDays: checkedSessionDays(changes.sessionDays) }),
    ...(changes.idleMinutes !== undefined && { idleMinutes: checkedIdleMinutes(changes.idleMinutes) }),
  };
}

/**
 * Changes how people sign in, from the next sign-in on: sessions that are open keep their length, and no token and no
 * certificate is touched. 404 `integration` where there is none. Owners are told, as of a certificate, when somebody
 * changes where the email stands: it decides whom an assertion signs in.
 */
export function changeSignIn(scope: Scope, changes: SignInChanges): Promise<void> {
  const checked = checkSignInChanges(changes);
  return inTransaction(scope.db, async (db) => {
    const inside = { ...scope, db };
    const before = signInSettingsOf(await holdIntegration(inside));
    const changed = NAMES.filter((name) => checked[name] !== undefined && checked[name] !== before[name]);
    if (changed.length === 0) return;
    await db
      .updateTable("integrations")
      .set({ ...signInColumns(checked), updated_at: scope.now })
      .where("organization_id", "=", scope.organization.id)
      .execute();
    if (changed.includes("emailAttribute")) await noteTrustChange(inside);
    const of = (settings: SignInChanges) => Object.fromEntries(changed.map((name) => [name, settings[name]]));
    const target = { kind: "integration", name: scope.organization.slug };
    const detail = { before: of(before), after: of(checked) };
    await recordEvent(inside, { action: "integration.changed", target, detail });
  });
}
