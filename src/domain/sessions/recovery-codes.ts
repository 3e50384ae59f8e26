import { randomBytes } from "node:crypto";
import { inTransaction, statement } from "../../db/database.ts";
import { newId } from "../../db/id.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { recordEvent } from "../audit/events.ts";
import { holdOrganization } from "../organizations/organizations.ts";
import { hashToken } from "./token.ts";

/** So many codes are made together. */
export const SET_SIZE = 10;

/** Crockford's base 32: no letters that are mistaken for digits when somebody types the code from paper. */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A set of codes, as it is shown this once. */
export interface RecoveryCodes {
  readonly set: string;
  readonly codes: readonly string[];
}

/**
 * Makes ten codes for an owner. They open nothing, and those before them still do, until `keepRecoveryCodes` says that the
 * owner has kept them. Only their hashes are stored: 100 random bits each, which nobody guesses.
 */
export function makeRecoveryCodes(scope: Scope, memberId: string): Promise<RecoveryCodes> {
  const set = newId(scope.now);
  const codes = Array.from({ length: SET_SIZE }, newCode);
  return inTransaction(scope.db, async (db) => {
    const inside = { ...scope, db };
    await codesOf(inside, memberId).where("kept_at", "is", null).execute();
    const common = { organization_id: scope.organization.id, member_id: memberId, set_id: set, created_at: scope.now };
    const rows = codes.map((code) => ({ ...common, code_hash: hashCode(code), kept_at: null }));
    await db.insertInto("recovery_codes").values(rows).execute();
    const target = { kind: "member", id: memberId, name: scope.actor.name };
    await recordEvent(inside, { action: "recovery_codes.made", target, detail: { count: codes.length } });
    return { set, codes };
  });
}

/** The codes of this set work from now on, and those of every set before are gone; 409 `codes` for a set that is gone. */
export function keepRecoveryCodes(scope: Scope, memberId: string, set: string): Promise<void> {
  return inTransaction(scope.db, async (db) => {
    const inside = { ...scope, db };
    await holdOrganization(db, scope.organization.id);
    // First the new ones: at no moment is there an owner without a way in.
    const kept = await markKept(db, scope.organization.id, memberId, set, scope.now);
    if (kept.length === 0) throw new Refusal(409, "codes", "These codes were replaced by newer ones: make a new set.");
    const [replaced] = await codesOf(inside, memberId).where("set_id", "!=", set).execute();
    const target = { kind: "member", id: memberId, name: scope.actor.name };
    const detail = { count: kept.length, replaced: Number(replaced?.numDeletedRows ?? 0) };
    await recordEvent(inside, { action: "recovery_codes.kept", target, detail });
  });
}

const markKept = statement<{ code_hash: Buffer }, [string, string, string, Date]>(`
  UPDATE recovery_codes SET kept_at = $4
  WHERE organization_id = $1 AND member_id = $2 AND set_id::text = $3 AND kept_at IS NULL RETURNING code_hash`);

/** How many codes of this member work. */
export async function countRecoveryCodes(scope: Pick<Scope, "db" | "organization">, memberId: string): Promise<number> {
  const row = await scope.db
    .selectFrom("recovery_codes")
    .select((all) => all.fn.countAll<string>().as("count"))
    .where("organization_id", "=", scope.organization.id)
    .where("member_id", "=", memberId)
    .where("kept_at", "is not", null)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** What is kept of a code, however somebody typed it: O for 0, I and L for 1, with or without dashes and spaces. */
export function hashCode(typed: string): Buffer {
  const letters = typed.toUpperCase().replace(/[\s-]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  return hashToken(letters.slice(0, 100));
}

/** Twenty letters in four groups. */
function newCode(): string {
  const letters = Array.from(randomBytes(20), (byte) => LETTERS[byte & 31]).join("");
  return letters.replace(/.{5}(?=.)/g, "$&-");
}

function codesOf(scope: Scope, memberId: string) {
  const codes = scope.db.deleteFrom("recovery_codes").where("organization_id", "=", scope.organization.id);
  return codes.where("member_id", "=", memberId);
}
