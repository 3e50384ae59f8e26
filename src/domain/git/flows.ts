import { statement } from "../../db/database.ts";
import type { Sealer } from "../../db/sealed.ts";
import type { GitAccess, GitProvider } from "../../db/tables.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { hashToken, newToken } from "../sessions/token.ts";

/** How long a person may stay at the git host, and how long the way from the apex to the organization takes at most. */
const STAY = 10 * 60_000;
const HANDOVER = 60_000;

/** So many ways are open in one browser. */
const PER_BROWSER = 20;
/** So many people of one organization are on their way to sign in. Somebody who floods it pushes out the oldest of those. */
const PER_ORGANIZATION = 10_000;

/** A browser that is sent to a git host: who it is and what for. */
export interface NewFlow {
  readonly provider: GitProvider;
  /** Who connects; undefined: somebody who signs in. */
  readonly memberId: string | undefined;
  readonly access: GitAccess;
  /** The path to go to afterwards. */
  readonly next: string;
  /** The secret of the browser, from its cookie at the organization. */
  readonly browserToken: string;
  /** RFC 7636; undefined where the host has no PKCE. */
  readonly verifier: string | undefined;
}

type Where = Pick<Scope, "db" | "organization" | "now">;

/** Remembers for ten minutes that this browser was sent off; answers the `state` of the request (RFC 6749 §10.12). */
export async function beginGitFlow(scope: Where, sealer: Sealer, flow: NewFlow): Promise<string> {
  // The slug says at the apex whose it is. It is no secret; what follows it is.
  const state = newToken(`${scope.organization.slug}.`);
  const hash = hashToken(state);
  await scope.db
    .insertInto("git_flows")
    .values({
      organization_id: scope.organization.id,
      state_hash: hash,
      browser_hash: hashToken(flow.browserToken),
      provider: flow.provider,
      member_id: flow.memberId ?? null,
      access: flow.access,
      next: flow.next,
      verifier: flow.verifier === undefined ? null : sealer.seal(flow.verifier, placeOf(scope, hash)),
      expires_at: new Date(scope.now.getTime() + STAY),
    })
    .execute();
  const id = scope.organization.id;
  await deleteSurplus(scope.db, id, hashToken(flow.browserToken), PER_BROWSER, PER_ORGANIZATION);
  return state;
}

const deleteSurplus = statement<never, [string, Buffer, number, number]>(`
  WITH surplus AS (
    (SELECT state_hash FROM git_flows WHERE organization_id = $1 AND browser_hash = $2
      ORDER BY expires_at DESC OFFSET $3)
    UNION ALL
    (SELECT state_hash FROM git_flows WHERE organization_id = $1 AND member_id IS NULL
      ORDER BY expires_at DESC OFFSET $4 LIMIT 100)
  ), held AS (
    SELECT state_hash FROM git_flows
    WHERE organization_id = $1 AND state_hash = ANY(ARRAY(SELECT state_hash FROM surplus))
    FOR UPDATE SKIP LOCKED
  )
  DELETE FROM git_flows WHERE organization_id = $1 AND state_hash = ANY(ARRAY(SELECT state_hash FROM held))`);

/** The slug of the organization that a state was made for. */
export function organizationOf(state: string): string {
  return state.split(".", 1)[0] ?? "";
}

const answerFlow = statement<
  { provider: GitProvider },
  [string, Buffer, GitProvider, Date, Buffer, Date, Buffer | null, string | null]
>(`
  UPDATE git_flows SET handover_hash = $5, expires_at = $6, code = $7, error = $8
  WHERE organization_id = $1 AND state_hash = $2 AND provider = $3 AND expires_at > $4 AND handover_hash IS NULL
  RETURNING provider`);

/**
 * At the apex: keeps what the host answered, once for each state, and answers the code that hands it over to the
 * organization: it works for 60 seconds, once, in the browser that began. Refuses a state that is used, old, unknown, or
 * was made for another host (403 `git-state`).
 */
export async function answerGitFlow(
  scope: Where,
  sealer: Sealer,
  provider: GitProvider,
  state: string,
  answer: { readonly code: string } | { readonly error: string },
): Promise<string> {
  const handover = newToken("skh_");
  const hash = hashToken(state);
  const code = "code" in answer ? sealer.seal(answer.code, placeOf(scope, hash)) : null;
  const error = "error" in answer ? answer.error : null;
  const until = new Date(scope.now.getTime() + HANDOVER);
  const id = scope.organization.id;
  const taken = await answerFlow(scope.db, id, hash, provider, scope.now, hashToken(handover), until, code, error);
  if (taken.length === 0) throw refuseState();
  return handover;
}

/** What is said of a state that nobody has open, whatever is wrong with it. */
export function refuseState(): Refusal {
  const sentence = "This answer belongs to no request that is open here. It may have been used already: start again.";
  return new Refusal(403, "git-state", sentence, { check: "state", wanted: "an open request", got: "none" });
}

interface FlowRow {
  readonly stateHash: Buffer;
  readonly provider: GitProvider;
  readonly memberId: string | null;
  readonly access: GitAccess;
  readonly next: string;
  readonly verifier: Buffer | null;
  readonly code: Buffer | null;
  readonly error: string | null;
}

const takeFlow = statement<FlowRow, [string, Buffer, Buffer, Date]>(`
  DELETE FROM git_flows WHERE organization_id = $1 AND handover_hash = $2 AND browser_hash = $3 AND expires_at > $4
  RETURNING state_hash AS "stateHash", provider, member_id AS "memberId", access, next, verifier, code, error`);

/** A browser that came back. */
export interface ReturnedFlow extends Omit<NewFlow, "browserToken"> {
  readonly answer: { readonly code: string } | { readonly error: string };
}

/**
 * At the organization: takes what was handed over, once, in the browser that began. Refuses everything else (403
 * `git-state`), and leaves it to whom it belongs.
 */
export async function takeGitFlow(
  scope: Where,
  sealer: Sealer,
  handover: string,
  browserToken: string,
): Promise<ReturnedFlow> {
  const { db, organization, now } = scope;
  const [row] = await takeFlow(db, organization.id, hashToken(handover), hashToken(browserToken), now);
  if (!row) throw refuseState();
  const open = (sealed: Buffer) => sealer.open(sealed, placeOf(scope, row.stateHash));
  return {
    provider: row.provider,
    memberId: row.memberId ?? undefined,
    access: row.access,
    next: row.next,
    verifier: row.verifier ? open(row.verifier) : undefined,
    answer: row.code ? { code: open(row.code) } : { error: row.error ?? "" },
  };
}

function placeOf(scope: Where, stateHash: Buffer): string {
  return `git flow ${scope.organization.id} ${stateHash.toString("hex")}`;
}
