import { statement } from "../../db/database.ts";
import type { VerifiedAssertion } from "../../protocols/saml/response.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import type { SignInSettings } from "../integration/sign-in-settings.ts";
import { hashToken } from "../sessions/token.ts";
import { useRequest } from "./requests.ts";

/** What becomes of an answer that names no request of ours. */
export type IdpInitiated = SignInSettings["idpInitiated"];

/** The browser that posted an answer, as far as its requests go. */
export interface Answerer {
  /** What its requests are bound to; undefined where it has made none lately. */
  readonly token: string | undefined;
  /** The RelayState looks like one of our requests. */
  readonly namesRequest: boolean;
  /** The path to go to where the answer names no request. */
  readonly next: string;
}

/**
 * What a verified assertion answers, and so where the person wanted to go (`go`). A request is used, in the caller's
 * transaction: 403 `in-response-to` where it is not open in this browser. An assertion that names none is taken, dropped for
 * a request of our own (`bounce`) or refused (403 `idp-initiated`), as the integration says.
 */
export async function requestAnswered(
  scope: Scope,
  { inResponseTo }: VerifiedAssertion,
  browser: Answerer,
  setting: IdpInitiated,
): Promise<{ kind: "go"; next: string } | { kind: "bounce"; next: string }> {
  if (inResponseTo === undefined) return admitUnsolicited(scope, browser, setting);
  const request = await useRequest(scope, { inResponseTo, browserToken: browser.token, purpose: "sign-in" });
  return { kind: "go", next: request.next };
}

/** So many requests of one browser may wait that were each sent in place of an answer, within a minute. */
const MOST_BOUNCES = 3;

/** Where we did ask, and the provider does not say which request it answers, asking again would go on for ever. */
async function admitUnsolicited(scope: Scope, browser: Answerer, setting: IdpInitiated) {
  const { next, token, namesRequest } = browser;
  if (setting === "allow") return { kind: "go", next } as const;
  if (namesRequest || (await bouncesOf(scope, token)) >= MOST_BOUNCES) throw unnamed();
  if (setting === "bounce") return { kind: "bounce", next } as const;
  const sentence = "Your organization does not take sign-ins that start at the identity provider. Sign in from here.";
  const cause = { check: "idp-initiated", wanted: "an answer to a request of ours", got: "one that nobody asked for" };
  throw new Refusal(403, "idp-initiated", sentence, cause);
}

function unnamed(): Refusal {
  const sentence = "Your identity provider did not say which request it answers. Ask your administrator.";
  const cause = { check: "in-response-to", wanted: "InResponseTo with the ID of our request", got: "none" };
  return new Refusal(403, "in-response-to", sentence, cause);
}

const countBounces = statement<{ count: number }, [string, Buffer, Date]>(`
  SELECT count(*)::integer AS count FROM sign_in_requests
  WHERE organization_id = $1 AND browser_hash = $2 AND created_at > $3 AND bounced AND answered_at IS NULL`);

async function bouncesOf(scope: Scope, token: string | undefined): Promise<number> {
  if (token === undefined) return 0;
  const minuteAgo = new Date(scope.now.getTime() - 60_000);
  const [bounces] = await countBounces(scope.db, scope.organization.id, hashToken(token), minuteAgo);
  return bounces?.count ?? 0;
}
