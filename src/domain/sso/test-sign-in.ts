import { inTransaction, statement } from "../../db/database.ts";
import type { CheckRecord, Role } from "../../db/tables.ts";
import type { Examination } from "../../protocols/saml/response.ts";
import { Refusal } from "../../refusal.ts";
import type { Actor, Scope } from "../../scope.ts";
import { recordEvent } from "../audit/events.ts";
import { allows } from "../members/permissions.ts";
import { recordAttempt } from "./attempts.ts";
import { failedCheck } from "./later-checks.ts";
import { type Rehearsal, rehearse } from "./rehearsal.ts";
import { type OpenRequest, useRequest } from "./requests.ts";

/** What came back from a test, and from which browser. */
export interface TestAnswer {
  readonly request: OpenRequest;
  readonly browserToken: string | undefined;
  readonly examination: Examination;
  readonly userAgent: string | undefined;
}

/** The verdict over an answer, with our own checks behind those of the response. */
interface Verdict {
  readonly refusal: Refusal | undefined;
  readonly later: readonly CheckRecord[];
  readonly memberId: string | undefined;
}

/**
 * Ends a test of the sign-in: writes down each check of the answer and what would become of the person whom it names, and
 * signs nobody in. That it passed is noted with the integration where the member who started it may still change that.
 * Answers the id of the attempt. Refuses (403 `in-response-to`) a second answer to one test.
 */
export async function finishTest(scope: Scope, answer: TestAnswer): Promise<string> {
  const { request, browserToken, examination, userAgent } = answer;
  const verdict = await judge(scope, request, examination);
  const { refusal } = verdict;
  return inTransaction(scope.db, async (db) => {
    const inside = { ...scope, db };
    await useRequest(inside, { inResponseTo: request.id, browserToken, purpose: "test" });
    const startedBy = request.startedBy ?? undefined;
    const id = await recordAttempt(inside, { purpose: "test", examination, userAgent, startedBy, ...verdict });
    const starter = await findStarter(inside, request.startedBy);
    if (!refusal && starter) await writeTested(db, scope.organization.id, scope.now, starter.name);
    const outcome = refusal ? { outcome: "refused", code: refusal.code, ...refusal.cause } : { outcome: "passed" };
    const event = { action: "sign_in.tested", detail: { attempt: id, named: examination.named, ...outcome } };
    await recordEvent({ ...inside, actor: starter ?? scope.actor }, event);
    return id ?? "";
  });
}

/** As a sign-in would be judged, but that the answer must name this very request. */
async function judge(scope: Scope, request: OpenRequest, examination: Examination): Promise<Verdict> {
  const { assertion, refusal } = examination;
  if (!assertion) return { refusal, later: [], memberId: undefined };
  const answers = { check: "in-response-to", wanted: request.id, got: assertion.inResponseTo ?? "none" };
  if (answers.got !== answers.wanted) {
    const sentence = "Your identity provider did not say that it answers this test.";
    const unasked = new Refusal(403, "in-response-to", sentence, answers);
    return { refusal: unasked, later: [failedCheck(unasked)], memberId: undefined };
  }
  const rehearsal = await rehearse(scope, assertion);
  return { ...rehearsal, later: [{ ...answers, passed: true }, personCheck(rehearsal)] };
}

function personCheck({ refusal, words }: Rehearsal): CheckRecord {
  return refusal
    ? failedCheck(refusal)
    : { check: "person", wanted: "a person who may sign in", got: words, passed: true };
}

const selectStarter = statement<{ id: string; email: string; role: Role }, [string, string]>(
  "SELECT id, email, role FROM members WHERE organization_id = $1 AND id = $2 AND state = 'active'",
);

/** The member who started the test, if they may still test. */
async function findStarter(scope: Scope, id: string | null): Promise<(Actor & { kind: "member" }) | undefined> {
  const [member] = id === null ? [] : await selectStarter(scope.db, scope.organization.id, id);
  if (!member || !allows(member.role, "organization.okta.manage")) return undefined;
  return { kind: "member", id: member.id, name: member.email, role: member.role };
}

const writeTested = statement<never, [string, Date, string]>(
  "UPDATE integrations SET tested_at = $2, tested_by = $3 WHERE organization_id = $1",
);
