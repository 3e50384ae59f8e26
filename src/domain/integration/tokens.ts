import { inTransaction } from "../../db/database.ts";
import { isId, newId } from "../../db/id.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { recordEvent } from "../audit/events.ts";
import { hashToken, newToken } from "../sessions/token.ts";
import { holdIntegration } from "./certificates.ts";

/** Begins each SCIM token, so that one found in a log or a repository tells what it is. */
const SCIM_TOKEN_PREFIX = "skscim_";

/** A SCIM token as it is listed: the token itself was shown once and is not kept. */
export interface ListedToken {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  /** Who made it; null of one that was made before this was kept. */
  readonly createdBy: string | null;
  readonly firstUsedAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date | null;
}

/** The integration's SCIM tokens, the oldest first. */
export async function listScimTokens(scope: Pick<Scope, "db" | "organization">): Promise<readonly ListedToken[]> {
  const rows = await scope.db
    .selectFrom("scim_tokens")
    .selectAll()
    .where("organization_id", "=", scope.organization.id)
    .orderBy("id")
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    createdAt: row.created_at,
    createdBy: row.created_by,
    firstUsedAt: row.first_used_at,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
  }));
}

/** What a token is called that nobody gave a name, such as `Okta, 27 November 2026`. */
export function usualTokenName(now: Date): string {
  const day = now.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  return `Okta, ${day}`;
}

/** A token's name as it is kept: at most 100 characters in one line; 422 `name` otherwise. An empty one is the usual one. */
export function checkedTokenName(text: string, now: Date): string {
  const name = text.trim();
  if (name.length > 100 || /\p{Cc}/u.test(name)) {
    throw new Refusal(422, "name", "A name is one line of at most 100 characters.");
  }
  return name || usualTokenName(now);
}

/**
 * Makes another SCIM token; those before stay valid. Refuses an expiry that is past (422 `expiresAt`), a name that is too
 * long (422 `name`), and an integration that does not speak SCIM (409 `provisioning`).
 */
export function createScimToken(
  scope: Scope,
  expiresAt: Date | null,
  name = "",
): Promise<{ id: string; token: string }> {
  if (expiresAt && expiresAt <= scope.now) throw new Refusal(422, "expiresAt", "The expiry must be in the future.");
  const checkedName = checkedTokenName(name, scope.now);
  return inTransaction(scope.db, async (db) => {
    const integration = await holdIntegration({ ...scope, db });
    if (integration.provisioning !== "scim") {
      throw new Refusal(
        409,
        "provisioning",
        "This integration provisions people just in time: it takes no SCIM token.",
      );
    }
    const token = newToken(SCIM_TOKEN_PREFIX);
    const id = newId(scope.now);
    await db
      .insertInto("scim_tokens")
      .values({
        organization_id: scope.organization.id,
        id,
        name: checkedName,
        token_hash: hashToken(token),
        created_at: scope.now,
        created_by: scope.actor.name,
        expires_at: expiresAt,
      })
      .execute();
    const target = { kind: "scim_token", id, name: checkedName };
    await recordEvent({ ...scope, db }, { action: "scim_token.created", target, detail: { expiresAt } });
    return { id, token };
  });
}

/**
 * Revokes a SCIM token: the next request with it is refused. Its hash is kept for 90 days, so that a directory that goes
 * on with it is recognized. 404 `scim-token` for any other id.
 */
export function revokeScimToken(scope: Scope, id: string): Promise<void> {
  return inTransaction(scope.db, async (db) => {
    const gone = isId(id)
      ? await db
          .deleteFrom("scim_tokens")
          .where("organization_id", "=", scope.organization.id)
          .where("id", "=", id)
          .returning(["organization_id", "token_hash", "name"])
          .executeTakeFirst()
      : undefined;
    if (!gone) throw new Refusal(404, "scim-token", "There is no such SCIM token.");
    await db
      .insertInto("revoked_scim_tokens")
      .values({ ...gone, revoked_at: scope.now })
      .execute();
    const target = { kind: "scim_token", id, name: gone.name };
    await recordEvent({ ...scope, db }, { action: "scim_token.revoked", target });
  });
}
