import type { Db } from "./db/database.ts";
import type { Role } from "./db/tables.ts";
import type { Exchange } from "./domain/activity/exchange.ts";
import type { Organization } from "./domain/organizations/organization.ts";
import type { Logger } from "./observe/log.ts";

/** Who does something, as the audit log will name it. */
export type Actor =
  | { readonly kind: "member"; readonly id: string; readonly name: string; readonly role: Role }
  | { readonly kind: "directory"; readonly id: string; readonly name: string }
  | { readonly kind: "operator" | "system" | "visitor"; readonly name: string };

/** What every domain function is handed: in which organization, for whom, when, and under which reference number. */
export interface Scope {
  /** The database, or the transaction that everything in this scope belongs to. */
  readonly db: Db;
  readonly organization: Organization;
  readonly actor: Actor;
  readonly now: Date;
  /** The number that a person reads out and an administrator looks up. */
  readonly referenceId: string;
  readonly ip: string | undefined;
  readonly log: Logger;
  /** The SCIM request that this belongs to, where it is one. */
  readonly exchange?: Exchange;
}
