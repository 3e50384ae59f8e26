import { inTransaction, statement, violatedConstraint } from "../../db/database.ts";
import type { Sealer } from "../../db/sealed.ts";
import type { GitAccess, GitProvider } from "../../db/tables.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { recordEvent } from "../audit/events.ts";
import { openIfPossible, placeOfTokens, sealTokens, type Tokens } from "./tokens.ts";

/** An account at a git host, as the host itself told of it, with the tokens that it gave. */
export interface GitAccount {
  readonly provider: GitProvider;
  /** As people call the host. */
  readonly hostName: string;
  /** Which installation. */
  readonly host: string;
  readonly identityId: string;
  readonly login: string;
  /** The primary email, if the host verified it. */
  readonly email: string | undefined;
  readonly access: GitAccess;
  readonly scopes: readonly string[];
  readonly tokens: Tokens;
  readonly tokensExpireAt: Date | undefined;
}

/** A connection as its member sees it. */
export interface GitConnection {
  readonly provider: GitProvider;
  readonly host: string;
  readonly login: string;
  readonly access: GitAccess;
  readonly connectedAt: Date;
  /** Since when the host refuses the tokens. */
  readonly brokenAt: Date | null;
}

const selectConnections = statement<GitConnection, [string, string]>(`
  SELECT provider, host, login, access, connected_at AS "connectedAt", broken_at AS "brokenAt"
  FROM git_connections WHERE organization_id = $1 AND member_id = $2 ORDER BY provider`);

/** The git accounts that a member connected. */
export function listGitConnections(
  scope: Pick<Scope, "db" | "organization">,
  memberId: string,
): Promise<GitConnection[]> {
  return selectConnections(scope.db, scope.organization.id, memberId);
}

/**
 * Connects an account to a member, or renews a connection with new tokens and another access. Answers the tokens that were
 * replaced, for the host to hear of it. Refuses an account that another member has (409 `git-taken`; only owners and admins
 * read who), a second account of the same host (409 `git-other-account`), and the deactivated (403 `deactivated`).
 */
export async function connectGit(
  scope: Scope,
  sealer: Sealer,
  memberId: string,
  account: GitAccount,
): Promise<Tokens | undefined> {
  try {
    return await inTransaction(scope.db, (db) => connect({ ...scope, db }, sealer, memberId, account));
  } catch (error) {
    // Somebody else connected it at the same moment: the second time they are found.
    if (violatedConstraint(error) !== "git_connections_identity_unique" || scope.db.isTransaction) throw error;
    return inTransaction(scope.db, (db) => connect({ ...scope, db }, sealer, memberId, account));
  }
}

const holdActive = statement<{ email: string }, [string, string]>(
  "SELECT email FROM members WHERE organization_id = $1 AND id = $2 AND state = 'active' FOR SHARE",
);

const upsert = statement<
  never,
  [string, string, string, string, string, string, string, readonly string[], Buffer, Date | null, Date]
>(`
  INSERT INTO git_connections
    (organization_id, member_id, provider, host, identity_id, login, access, scopes, tokens, tokens_expire_at, connected_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  ON CONFLICT (organization_id, member_id, provider) DO UPDATE SET
    host = excluded.host, identity_id = excluded.identity_id, login = excluded.login, access = excluded.access,
    scopes = excluded.scopes, tokens = excluded.tokens, tokens_expire_at = excluded.tokens_expire_at, broken_at = NULL`);

async function connect(
  scope: Scope,
  sealer: Sealer,
  memberId: string,
  account: GitAccount,
): Promise<Tokens | undefined> {
  const organizationId = scope.organization.id;
  const [member] = await holdActive(scope.db, organizationId, memberId);
  if (!member) throw new Refusal(403, "deactivated", "Your account in this organization is deactivated.");
  await refuseTaken(scope, memberId, account);
  const before = await readBefore(scope, memberId, account);
  const { provider, host, identityId, login, access, scopes, tokens, tokensExpireAt } = account;
  const sealed = sealTokens(sealer, tokens, placeOfTokens(organizationId, memberId, provider));
  const expiry = tokensExpireAt ?? null;
  await upsert(
    scope.db,
    organizationId,
    memberId,
    provider,
    host,
    identityId,
    login,
    access,
    scopes,
    sealed,
    expiry,
    scope.now,
  );
  const target = { kind: "member", id: memberId, name: member.email };
  const detail = {
    provider,
    host,
    login,
    access,
    ...(before && { before: { login: before.login, access: before.access } }),
  };
  await recordEvent(scope, { action: actionOf(before, account), target, detail });
  const place = placeOfTokens(organizationId, memberId, provider);
  return before?.host === host ? openIfPossible(sealer, before.tokens, place) : undefined;
}

const selectHolder = statement<{ memberId: string; email: string }, [string, string, string, string]>(`
  SELECT m.id AS "memberId", m.email FROM git_connections g
  JOIN members m ON m.organization_id = g.organization_id AND m.id = g.member_id
  WHERE g.organization_id = $1 AND g.provider = $2 AND g.host = $3 AND g.identity_id = $4`);

async function refuseTaken(scope: Scope, memberId: string, account: GitAccount): Promise<void> {
  const { provider, host, identityId, hostName, login } = account;
  const [holder] = await selectHolder(scope.db, scope.organization.id, provider, host, identityId);
  if (!holder || holder.memberId === memberId) return;
  const mayRead = scope.actor.kind === "member" && scope.actor.role !== "member";
  const whom = mayRead ? holder.email : "another member";
  const sentence = `The ${hostName} account @${login} is connected to ${whom} of ${scope.organization.name} already. It has to be disconnected there first.`;
  throw new Refusal(409, "git-taken", sentence, { check: "git account", wanted: "a free one", got: holder.email });
}

interface Before {
  readonly host: string;
  readonly identityId: string;
  readonly login: string;
  readonly access: GitAccess;
  readonly tokens: Buffer;
}

const selectBefore = statement<Before, [string, string, string]>(`
  SELECT host, identity_id AS "identityId", login, access, tokens FROM git_connections
  WHERE organization_id = $1 AND member_id = $2 AND provider = $3 FOR UPDATE`);

async function readBefore(scope: Scope, memberId: string, account: GitAccount): Promise<Before | undefined> {
  const [before] = await selectBefore(scope.db, scope.organization.id, memberId, account.provider);
  if (!before || before.host !== account.host || before.identityId === account.identityId) return before;
  const { hostName, login } = account;
  const sentence = `You are connected to ${hostName} as @${before.login}, but signed in there as @${login}. Disconnect @${before.login} first, or sign in there as that account.`;
  const cause = { check: "git account", wanted: before.login, got: login };
  throw new Refusal(409, "git-other-account", sentence, cause);
}

const ORDER: readonly GitAccess[] = ["email", "public", "private"];

function actionOf(before: Before | undefined, { access }: GitAccount): string {
  if (!before) return "git.connected";
  return ORDER.indexOf(access) > ORDER.indexOf(before.access) ? "git.widened" : "git.renewed";
}
