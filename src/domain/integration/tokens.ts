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
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date | null;
}

/** The integration's SCIM tokens, the oldest first. */
export async function listScimTokens(scope: Pick<Scope, "db" | "organization">): Promise<readonly ListedToken[]> {
  const rows = await scope.db
    .selectFrom("scim_tokens")
    .select(["id", "created_at", "last_used_at", "expires_at"])
    .where("organization_id", "=", scope.organization.id)
    .orderBy("id")
    .execute();
  return rows.map((row) => ({
    id: row.id,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
  }));
}

/**
 * Makes another SCIM token; those before stay valid. Refuses an expiry that is past (422 `expiresAt`), and an integration
 * that does not speak SCIM (409 `provisioning`).
 */
export function createScimToken(scope: Scope, expiresAt: Date | null): Promise<{ id: string; token: string }> {
  if (expiresAt && expiresAt <= scope.now) throw new Refusal(422, "expiresAt", "The expiry must be in the future.");
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
        token_hash: hashToken(token),
        created_at: scope.now,
        expires_at: expiresAt,
      })
      .execute();
    const target = { kind: "scim_token", id, name: scope.organization.slug };
    await recordEvent({ ...scope, db }, { action: "scim_token.created", target });
    return { id, token };
  });
}

/** Revokes a SCIM token: the next request with it is refused. 404 `scim-token` for any other id. */
export function revokeScimToken(scope: Scope, id: string): Promise<void> {
  return inTransaction(scope.db, async (db) => {
    const gone = isId(id)
      ? await db
          .deleteFrom("scim_tokens")
          .where("organization_id", "=", scope.organization.id)
          .where("id", "=", id)
          .returning("id")
          .executeTakeFirst()
      : undefined;
    if (!gone) throw new Refusal(404, "scim-token", "There is no such SCIM token.");
    const target = { kind: "scim_token", id, name: scope.organization.slug };
    await recordEvent({ ...scope, db }, { action: "scim_token.revoked", target });
  });
}
