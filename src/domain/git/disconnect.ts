import { inTransaction, statement } from "../../db/database.ts";
import type { Sealer } from "../../db/sealed.ts";
import type { GitProvider } from "../../db/tables.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { recordEvent } from "../audit/events.ts";
import { openIfPossible, placeOfTokens, type Tokens } from "./tokens.ts";

/** What was connected, for its host to hear of it. */
export interface Disconnected {
  readonly host: string;
  readonly login: string;
  /** Undefined where the key that sealed them is gone. */
  readonly tokens: Tokens | undefined;
}

const deleteConnection = statement<{ host: string; login: string; tokens: Buffer }, [string, string, GitProvider]>(`
  DELETE FROM git_connections WHERE organization_id = $1 AND member_id = $2 AND provider = $3
  RETURNING host, login, tokens`);

/**
 * Ends the connection of the member who acts, whatever its host says to that; answers what the host has to be told. 404
 * `git-connection` where there is none.
 */
export function disconnectGit(
  scope: Scope,
  sealer: Sealer,
  memberId: string,
  provider: GitProvider,
): Promise<Disconnected> {
  return inTransaction(scope.db, async (db) => {
    const [gone] = await deleteConnection(db, scope.organization.id, memberId, provider);
    if (!gone)
      throw new Refusal(404, "git-connection", "This git account is not connected: it may have been ended already.");
    const { host, login } = gone;
    const target = { kind: "member", id: memberId, name: scope.actor.name };
    await recordEvent({ ...scope, db }, { action: "git.disconnected", target, detail: { provider, host, login } });
    const tokens = openIfPossible(sealer, gone.tokens, placeOfTokens(scope.organization.id, memberId, provider));
    return { host, login, tokens };
  });
}
