import type { Scope } from "../../scope.ts";
import type { WhyRefused } from "./refused-tokens.ts";

/** What was refused of late, as the settings page tells it. */
export interface RefusedSummary {
  readonly unknown: number;
  readonly expired: number;
  readonly revoked: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  /** Empty where it is one of many, or not known. */
  readonly lastAddress: string;
  /** The expired or revoked token that was recognized last, by its name. */
  readonly tokenName: string | null;
}

/** The requests of the last seven days whose token was refused; undefined if there was none. */
export async function readRefusedTokens(
  scope: Pick<Scope, "db" | "organization" | "now">,
): Promise<RefusedSummary | undefined> {
  const week = new Date(scope.now.getTime() - 7 * 86_400_000);
  const rows = await scope.db
    .selectFrom("refused_scim_tokens")
    .selectAll()
    .where("organization_id", "=", scope.organization.id)
    .where("last_at", ">", week)
    .orderBy("last_at", "desc")
    .execute();
  const [last] = rows;
  if (!last) return undefined;
  const sum = (reason: WhyRefused["reason"]) => rows.reduce((total, row) => total + Number(row[reason]), 0);
  return {
    unknown: sum("unknown"),
    expired: sum("expired"),
    revoked: sum("revoked"),
    firstAt: rows.reduce((first, row) => (row.first_at < first ? row.first_at : first), last.first_at),
    lastAt: last.last_at,
    lastAddress: last.address,
    tokenName: rows.find((row) => row.token_name !== null)?.token_name ?? null,
  };
}
