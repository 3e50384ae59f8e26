import { statement } from "../../db/database.ts";
import type { Sealer } from "../../db/sealed.ts";
import {
  authnRequest,
  isRequestId,
  newRequestId,
  redirectQuery,
  signedQuery,
  withQuery,
} from "../../protocols/saml/request.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { endpoints } from "../integration/integration.ts";
import { signingKey } from "../integration/service-provider-keys.ts";
import { hashToken } from "../sessions/token.ts";
import { notSetUp } from "./expectations.ts";

/** How long a request waits for its answer, in milliseconds: a password, a second factor, and a search for the phone. */
export const REQUEST_LIFE = 10 * 60_000;

/** So many of one browser wait side by side, one for each tab; a new one takes the place of the oldest. */
const PER_BROWSER = 20;

/** So many of one organization are kept. Somebody who floods it pushes out the oldest, and keeps nobody from starting. */
const PER_ORGANIZATION = 10_000;

/** What an answer is for: to sign in, or to be examined, which signs nobody in. */
export type Purpose = "sign-in" | "test";

export interface NewRequest {
  readonly purpose: Purpose;
  /** The path to go to afterwards, of this organization. */
  readonly next: string;
  /** What the cookie of this browser holds. */
  readonly browserToken: string;
  /** The member who is signed in and asks for it; null for a stranger. */
  readonly startedBy: string | null;
  /** It is sent in place of an answer that nobody had asked for. */
  readonly bounced?: boolean;
}

type Values = [string, string, Buffer, Purpose, boolean, string, string | null, Date, Date];

/** Holds the integration and the member while it is written: both may be taken away at this moment. */
const insertRequest = statement<{ ssoUrl: string; signs: boolean }, Values>(`
  WITH integration AS (SELECT sso_url, sign_requests FROM integrations WHERE organization_id = $1 FOR KEY SHARE),
  request AS (
    INSERT INTO sign_in_requests
      (organization_id, id, browser_hash, purpose, bounced, next, started_by, created_at, expires_at)
    SELECT $1, $2, $3, $4, $5, $6,
      (SELECT id FROM members WHERE organization_id = $1 AND id = $7 FOR KEY SHARE), $8, $9
    FROM integration
  )
  SELECT sso_url AS "ssoUrl", sign_requests AS signs FROM integration`);

/**
 * Starts a sign-in at the identity provider: keeps the request, and answers the address to send the browser to (SAML
 * Profiles §4.1.4.1, HTTP-Redirect). The request is good for ten minutes, for one answer, and for the browser of the token.
 * It is signed where the integration says so. Refuses (404 `integration`) where there is no integration, or the plan has none.
 */
export async function beginSignIn(scope: Scope, sealer: Sealer, request: NewRequest): Promise<{ location: string }> {
  const { db, organization, now } = scope;
  if (!organization.includesIntegration) throw notSetUp();
  const { purpose, bounced = false, next, startedBy } = request;
  const id = newRequestId();
  const browser = hashToken(request.browserToken);
  const expiresAt = new Date(now.getTime() + REQUEST_LIFE);
  const values: Values = [organization.id, id, browser, purpose, bounced, next, startedBy, now, expiresAt];
  const [integration] = await insertRequest(db, ...values);
  if (!integration) throw notSetUp();
  await deleteSurplus(db, organization.id, browser, PER_BROWSER, PER_ORGANIZATION);
  const { acsUrl, audience } = endpoints(organization);
  const { ssoUrl, signs } = integration;
  const xml = authnRequest({ id, issueInstant: now, destination: ssoUrl, acsUrl, issuer: audience });
  const query = redirectQuery(xml, id);
  return { location: withQuery(ssoUrl, signs ? signedQuery(query, await signingKey(scope, sealer)) : query) };
}

/** The oldest go first. Rows that another one deletes or answers at this moment are left to it: nobody waits. */
const deleteSurplus = statement<never, [string, Buffer, number, number]>(`
  WITH surplus AS (
    (SELECT id FROM sign_in_requests WHERE organization_id = $1 AND browser_hash = $2
      ORDER BY created_at DESC OFFSET $3)
    UNION ALL
    (SELECT id FROM sign_in_requests WHERE organization_id = $1 ORDER BY created_at DESC OFFSET $4 LIMIT 100)
  ), held AS (
    SELECT id FROM sign_in_requests WHERE organization_id = $1 AND id IN (SELECT id FROM surplus)
    FOR UPDATE SKIP LOCKED
  )
  DELETE FROM sign_in_requests WHERE organization_id = $1 AND id IN (SELECT id FROM held)`);

/** A request that waits for its answer. */
export interface OpenRequest {
  readonly id: string;
  readonly purpose: Purpose;
  readonly next: string;
  readonly startedBy: string | null;
}

const OPEN = `organization_id = $1 AND id = $2 AND browser_hash = $3 AND expires_at > $4 AND answered_at IS NULL`;
const COLUMNS = `id, purpose, next, started_by AS "startedBy"`;

const selectMeant = statement<OpenRequest, [string, string, Buffer, Date]>(`
  SELECT ${COLUMNS} FROM sign_in_requests WHERE organization_id = $1 AND id = $2 AND browser_hash = $3
    AND (purpose = 'test' OR (expires_at > $4 AND answered_at IS NULL))`);

/**
 * The open request of this browser that an answer belongs to, by what it says of itself: `InResponseTo`, else the
 * RelayState. It is not used by this. For knowing what an answer is for before anything in it was verified, never for
 * letting anybody in. A test is found when it is over as well, so that its answer, posted again, does not sign in
 * as one that nobody asked for.
 */
export async function findRequest(
  scope: Scope,
  answer: { relayState?: string | null; inResponseTo?: string | undefined; browserToken: string | undefined },
): Promise<OpenRequest | undefined> {
  const id = answer.inResponseTo ?? answer.relayState ?? "";
  if (answer.browserToken === undefined || !isRequestId(id)) return undefined;
  const [request] = await selectMeant(scope.db, scope.organization.id, id, hashToken(answer.browserToken), scope.now);
  return request;
}

const takeRequest = statement<OpenRequest, [string, string, Buffer, Date, Purpose]>(`
  UPDATE sign_in_requests SET answered_at = $4 WHERE ${OPEN} AND purpose = $5 RETURNING ${COLUMNS}`);

/**
 * Uses the request that a verified answer names, in the caller's transaction: once, however often and at the same moment
 * it is answered. Where the transaction is taken back, it is open again. Refuses (403 `in-response-to`) what is no open
 * request of this organization, this browser and this purpose.
 */
export async function useRequest(
  scope: Scope,
  answer: { inResponseTo: string; browserToken: string | undefined; purpose: Purpose },
): Promise<OpenRequest> {
  const { inResponseTo, browserToken, purpose } = answer;
  if (browserToken !== undefined && isRequestId(inResponseTo)) {
    const hash = hashToken(browserToken);
    const [request] = await takeRequest(scope.db, scope.organization.id, inResponseTo, hash, scope.now, purpose);
    if (request) return request;
  }
  throw await refusalOf(scope, answer);
}

interface Kept {
  readonly browser: Buffer;
  readonly purpose: Purpose;
  readonly expiresAt: Date;
  readonly answeredAt: Date | null;
}

const selectKept = statement<Kept, [string, string]>(`
  SELECT browser_hash AS browser, purpose, expires_at AS "expiresAt", answered_at AS "answeredAt"
  FROM sign_in_requests WHERE organization_id = $1 AND id = $2`);

/** Why it is no open request, for the administrator; the person reads what helps them. */
async function refusalOf(
  scope: Scope,
  answer: { inResponseTo: string; browserToken: string | undefined; purpose: Purpose },
): Promise<Refusal> {
  const { inResponseTo: id, browserToken } = answer;
  const [kept] = isRequestId(id) ? await selectKept(scope.db, scope.organization.id, id) : [];
  const [sentence, got] = fault(scope.now, kept, browserToken, answer.purpose);
  const wanted = "an open request of this organization and this browser";
  const cause = { check: "in-response-to", wanted, got: `${id.toWellFormed().slice(0, 80)}: ${got}` };
  return new Refusal(403, "in-response-to", `${sentence} Please start again.`, cause);
}

const NOT_OURS = "This sign-in answers a request that was not made in this browser.";

function fault(
  now: Date,
  kept: Kept | undefined,
  browserToken: string | undefined,
  purpose: Purpose,
): readonly [sentence: string, got: string] {
  if (!kept) return [NOT_OURS, "we sent no such request, or it was long ago"];
  if (browserToken === undefined) return [NOT_OURS, "a browser without the cookie of its request"];
  if (!hashToken(browserToken).equals(kept.browser)) return [NOT_OURS, "a request of another browser"];
  if (kept.answeredAt) return ["This sign-in was used already.", `it was answered at ${kept.answeredAt.toISOString()}`];
  if (kept.expiresAt <= now) {
    return ["This sign-in took longer than ten minutes.", `it expired at ${kept.expiresAt.toISOString()}`];
  }
  return [NOT_OURS, `a request for a ${kept.purpose}, not for a ${purpose}`];
}
