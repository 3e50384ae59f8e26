import { statement } from "../../db/database.ts";
import type { Sealer } from "../../db/sealed.ts";
import type { GitAccess, GitProvider } from "../../db/tables.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { recordEvent } from "../audit/events.ts";
import { openIfPossible, placeOfTokens, sealTokens, type Tokens } from "./tokens.ts";

type Reader = Pick<Scope, "db" | "organization">;

/** The tokens of a connection as they may be used. */
export interface HeldTokens {
  readonly host: string;
  readonly login: string;
  readonly scopes: readonly string[];
  readonly expireAt: Date | null;
  readonly tokens: Tokens | undefined;
  /** What they were when they were read: whoever writes says that nobody else did meanwhile. */
  readonly sealed: Buffer;
}

const selectTokens = statement<Omit<HeldTokens, "tokens">, [string, string, GitProvider]>(`
  SELECT host, login, scopes, tokens_expire_at AS "expireAt", tokens AS sealed FROM git_connections
  WHERE organization_id = $1 AND member_id = $2 AND provider = $3`);

/** The tokens of a member's connection, unsealed; 404 `git-connection` where there is none. */
export async function holdGitTokens(
  scope: Reader,
  sealer: Sealer,
  memberId: string,
  provider: GitProvider,
): Promise<HeldTokens> {
  const [row] = await selectTokens(scope.db, scope.organization.id, memberId, provider);
  if (!row) throw new Refusal(404, "git-connection", "This git account is not connected.");
  const place = placeOfTokens(scope.organization.id, memberId, provider);
  return { ...row, tokens: openIfPossible(sealer, row.sealed, place) };
}

const writeTokens = statement<never, [string, string, GitProvider, Buffer, Buffer, Date | null]>(`
  UPDATE git_connections SET tokens = $5, tokens_expire_at = $6
  WHERE organization_id = $1 AND member_id = $2 AND provider = $3 AND tokens = $4`);

/** Keeps the tokens that a host gave for those before. */
export async function keepRenewedTokens(
  scope: Reader,
  sealer: Sealer,
  memberId: string,
  provider: GitProvider,
  before: HeldTokens,
  renewed: { readonly tokens: Tokens; readonly expireAt: Date | undefined },
): Promise<void> {
  const { db, organization } = scope;
  const sealed = sealTokens(sealer, renewed.tokens, placeOfTokens(organization.id, memberId, provider));
  await writeTokens(db, organization.id, memberId, provider, before.sealed, sealed, renewed.expireAt ?? null);
}

const writeWorking = statement<never, [string, string, GitProvider, string, GitAccess, readonly string[]]>(`
  UPDATE git_connections SET broken_at = NULL, login = $4, access = $5, scopes = $6
  WHERE organization_id = $1 AND member_id = $2 AND provider = $3`);

/** The host knows the connection: under this login, with this access. */
export async function noteWorking(
  scope: Reader,
  memberId: string,
  provider: GitProvider,
  found: { readonly login: string; readonly access: GitAccess; readonly scopes: readonly string[] },
): Promise<void> {
  await writeWorking(scope.db, scope.organization.id, memberId, provider, found.login, found.access, found.scopes);
}

const writeBroken = statement<{ login: string }, [string, string, GitProvider, Buffer, Date]>(`
  UPDATE git_connections SET broken_at = $5
  WHERE organization_id = $1 AND member_id = $2 AND provider = $3 AND tokens = $4 AND broken_at IS NULL RETURNING login`);

/** The host refuses these tokens. Where somebody has renewed them meanwhile, those are others. */
export async function noteBroken(
  scope: Scope,
  memberId: string,
  provider: GitProvider,
  { sealed }: HeldTokens,
): Promise<void> {
  const [broken] = await writeBroken(scope.db, scope.organization.id, memberId, provider, sealed, scope.now);
  if (!broken) return;
  const target = { kind: "member", id: memberId, name: scope.actor.name };
  await recordEvent(scope, { action: "git.broken", target, detail: { provider, login: broken.login } });
}
