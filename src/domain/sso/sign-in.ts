import { createHash } from "node:crypto";
import { inTransaction, statement, violatedConstraint } from "../../db/database.ts";
import type { Examination, VerifiedAssertion } from "../../protocols/saml/response.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { offerSignIn } from "../sessions/links.ts";
import { inDays, openSession, type ProviderSession, sessionById } from "../sessions/sessions.ts";
import { type Answerer, type IdpInitiated, requestAnswered } from "./answers.ts";
import { recordAttempt } from "./attempts.ts";
import { findPerson, type Person, type PersonSettings } from "./person.ts";

/** A response that passed every check of its own. */
export interface Passed extends Examination {
  readonly assertion: VerifiedAssertion;
}

/** The browser that posted the response. */
export interface Browser extends Answerer {
  readonly userAgent: string | undefined;
  /** The session that was last opened in it, if any. */
  readonly sessionId: string | undefined;
}

/**
 * The person is in; or somebody else is signed in there, and the person has to say that they mean to switch; or nothing
 * happened, and a request of our own is to be sent.
 */
export type SignedIn =
  | {
      readonly kind: "session";
      readonly id: string;
      readonly token: string;
      readonly expiresAt: Date;
      readonly next: string;
    }
  | { readonly kind: "switch"; readonly token: string; readonly from: string; readonly to: string }
  | { readonly kind: "bounce"; readonly next: string };

/**
 * Signs in the person whom the response names: once for each assertion and for each request, however often and at the same
 * moment it is posted. The first sign-in through SSO leads to the welcome page. Refuses an answer to a request that is not
 * open in this browser (403 `in-response-to`), one that nobody asked for where the settings want none (403
 * `idp-initiated`), a replay (403 `replay`), and whom `findPerson` refuses.
 */
export async function signInThroughSso(scope: Scope, examined: Passed, browser: Browser): Promise<SignedIn> {
  try {
    return await attempt(scope, examined, browser);
  } catch (error) {
    // Another sign-in or a push made this person at the same moment: the second time they are found.
    if (violatedConstraint(error) === undefined) throw error;
    return attempt(scope, examined, browser);
  }
}

/** All or nothing: whoever is refused has used up neither request nor assertion, and may post it again once let in. */
function attempt(scope: Scope, examined: Passed, browser: Browser): Promise<SignedIn> {
  const { assertion } = examined;
  return inTransaction(scope.db, async (db) => {
    const inside = { ...scope, db };
    const integration = await readIntegration(inside, assertion);
    const asked = await requestAnswered(inside, assertion, browser, integration.idpInitiated);
    if (asked.kind === "bounce") return asked;
    await useAssertion(inside, assertion);
    const person = await findPerson(inside, assertion, integration);
    const session = sessionOf(assertion, scope.now, integration.sessionDays);
    const next = person.isNew ? `/welcome?next=${encodeURIComponent(asked.next)}` : asked.next;
    const other = browser.sessionId ? await sessionById(inside, browser.sessionId) : undefined;
    const switches = other !== undefined && other.memberId !== person.memberId;
    // The same person again, in the same browser: the new session takes the place of the old one.
    if (other && !switches) await deleteSession(db, scope.organization.id, other.id);
    const outcome = switches
      ? await offerSwitch(inside, person, other.email, next, session)
      : await open(inside, person, browser, next, session);
    const { userAgent } = browser;
    await recordAttempt(inside, { purpose: "sign-in", examination: examined, memberId: person.memberId, userAgent });
    // Last: everybody's sign-ins meet in this row, and whoever waits here must hold nothing that the first one needs.
    if (!integration.isNoted) await noteSignIn(inside, person, assertion);
    return outcome;
  });
}

/** What of the assertion is kept with the session that it opens. */
interface SessionFacts extends ProviderSession {
  readonly expiresAt: Date;
}

function sessionOf(assertion: VerifiedAssertion, now: Date, days: number): SessionFacts {
  const { nameId, nameIdFormat, sessionIndex, sessionNotOnOrAfter } = assertion;
  return { expiresAt: sessionEnd(now, days, sessionNotOnOrAfter), nameId, nameIdFormat, sessionIndex };
}

/** The earlier of the integration's and the provider's. Its skew is for clocks: a session that is over is not opened. */
function sessionEnd(now: Date, days: number, limit: Date | undefined): Date {
  const end = inDays(now, days);
  if (limit === undefined || limit >= end) return end;
  if (limit > now) return limit;
  const cause = { check: "session-expired", wanted: `an end after ${now.toISOString()}`, got: limit.toISOString() };
  throw new Refusal(
    403,
    "session-expired",
    "Your session at the identity provider has ended. Sign in there again.",
    cause,
  );
}

async function open(
  scope: Scope,
  person: Person,
  browser: Browser,
  next: string,
  facts: SessionFacts,
): Promise<SignedIn> {
  const { memberId, email, role } = person;
  const actor = { kind: "member", id: memberId, name: email, role } as const;
  const { userAgent } = browser;
  const target = { kind: "member", id: memberId, name: email };
  const event = { action: "session.opened", target, detail: { method: "sso" } };
  const opened = { memberId, method: "sso", userAgent, isFirst: person.isNew, event, ...facts } as const;
  const session = await openSession({ ...scope, actor }, opened);
  return { kind: "session", ...session, expiresAt: facts.expiresAt, next };
}

/** Somebody else is signed in here. Whoever tricked this browser into the post must not have it act as another person. */
async function offerSwitch(
  scope: Scope,
  person: Person,
  from: string,
  next: string,
  { expiresAt: sessionExpiresAt, ...provider }: SessionFacts,
): Promise<SignedIn> {
  const expiresAt = new Date(scope.now.getTime() + 5 * 60_000);
  const { memberId, email } = person;
  const offer = { memberId, method: "sso", next, expiresAt, sessionExpiresAt, ...provider } as const;
  const token = await offerSignIn(scope, offer);
  return { kind: "switch", token, from, to: email };
}

const insertUse = statement<{ issuer: string }, [string, string, Buffer, Date]>(`
  INSERT INTO used_assertions (organization_id, issuer, assertion_hash, expires_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT DO NOTHING RETURNING issuer`);

async function useAssertion(scope: Scope, assertion: VerifiedAssertion): Promise<void> {
  const hash = createHash("sha256").update(assertion.assertionId).digest();
  const used = await insertUse(scope.db, scope.organization.id, assertion.issuer, hash, assertion.expiresAt);
  if (used.length > 0) return;
  const sentence = "This sign-in was used already. Please start again.";
  const cause = { check: "replay", wanted: "an assertion that was not seen before", got: "one that was" };
  throw new Refusal(403, "replay", sentence, cause);
}

interface Settings extends PersonSettings {
  readonly sessionDays: number;
  readonly idpInitiated: IdpInitiated;
  /** A sign-in with this certificate was noted within the last second. */
  readonly isNoted: boolean;
}

const selectIntegration = statement<Settings, [string, Date, string]>(`
  SELECT provisioning, session_days AS "sessionDays", idp_initiated AS "idpInitiated",
    absent_attribute = 'empty' AND groups_attribute IS NOT NULL AS "absentGroupsAreNone",
    absent_attribute = 'empty' AND role_attribute IS NOT NULL AS "absentRolesAreNone",
    tested_at IS NOT NULL AND coalesce(last_sso_login_at > $2::timestamptz - interval '1 second', false)
      AND EXISTS (SELECT FROM integration_certificates c WHERE c.organization_id = $1 AND c.fingerprint_sha256 = $3
        AND c.last_used_at > $2::timestamptz - interval '1 second') AS "isNoted"
  FROM integrations WHERE organization_id = $1 FOR KEY SHARE`);

/** What the integration says of people and sessions, held against a disconnect; 404 `integration` where there is none any more. */
export async function readIntegration(
  scope: Scope,
  { certificateFingerprint }: Pick<VerifiedAssertion, "certificateFingerprint">,
): Promise<Settings> {
  const [integration] = await selectIntegration(scope.db, scope.organization.id, scope.now, certificateFingerprint);
  if (integration) return integration;
  throw new Refusal(404, "integration", "Single Sign-On is not set up for this organization any more.");
}

const deleteSession = statement<never, [string, string]>("DELETE FROM sessions WHERE organization_id = $1 AND id = $2");

/**
 * A sign-in that worked proves the settings as well as a test does. Noted once a second: everybody's sign-ins meet in these
 * rows, and each would wait for the one before until that is on the disk.
 */
const writeLastSignIn = statement<never, [string, Date, string, string]>(`
  WITH used AS (
    UPDATE integration_certificates SET last_used_at = $2 WHERE organization_id = $1 AND fingerprint_sha256 = $4)
  UPDATE integrations SET last_sso_login_at = $2, tested_at = coalesce(tested_at, $2),
    tested_by = CASE WHEN tested_at IS NULL THEN $3 ELSE tested_by END
  WHERE organization_id = $1`);

async function noteSignIn(scope: Scope, person: Person, assertion: VerifiedAssertion): Promise<void> {
  await writeLastSignIn(scope.db, scope.organization.id, scope.now, person.email, assertion.certificateFingerprint);
}
