import { statement } from "../../db/database.ts";
import type { Sealer } from "../../db/sealed.ts";
import type { GitProvider } from "../../db/tables.ts";
import type { Scope } from "../../scope.ts";
import { openIfPossible, placeOfTokens, sealTokens } from "./tokens.ts";

const hold = statement<{ provider: GitProvider; tokens: Buffer; taken: boolean }, [string, string, string]>(`
  SELECT provider, tokens, EXISTS (SELECT FROM git_connections t
    WHERE t.organization_id = g.organization_id AND t.member_id = $3 AND t.provider = g.provider) AS taken
  FROM git_connections g WHERE organization_id = $1 AND member_id = $2 FOR UPDATE`);

const move = statement<never, [string, string, string, string, Buffer]>(`
  UPDATE git_connections SET member_id = $4, tokens = $5
  WHERE organization_id = $1 AND member_id = $2 AND provider = $3`);

/**
 * Gives the git connections of one member to another, within the caller's transaction, but for hosts that the other is
 * connected to already. The tokens are sealed anew, for they open in their place alone; where that is not possible
 * any more, the connection stays behind.
 */
export async function moveConnections(scope: Scope, sealer: Sealer, fromId: string, toId: string): Promise<void> {
  const organizationId = scope.organization.id;
  for (const { provider, tokens, taken } of await hold(scope.db, organizationId, fromId, toId)) {
    const opened = openIfPossible(sealer, tokens, placeOfTokens(organizationId, fromId, provider));
    if (taken || !opened) continue;
    const sealed = sealTokens(sealer, opened, placeOfTokens(organizationId, toId, provider));
    await move(scope.db, organizationId, fromId, provider, toId, sealed);
  }
}
