import { statement } from "../../db/database.ts";
import type { Provider, Provisioning } from "../../db/tables.ts";
import type { Scope } from "../../scope.ts";
import { findAttempt } from "../activity/attempts.ts";
import type { Fix } from "../activity/fixes.ts";
import { searchEvents } from "../audit/search.ts";
import { explainRole } from "../directory/explain.ts";
import { endpoints } from "../integration/integration.ts";
import { providerName } from "../integration/providers.ts";
import { readRefusedTokens } from "../integration/refused-summary.ts";
import { fixesFor } from "../sso/sign-in-fixes.ts";
import type { Facts } from "./answer.ts";
import { listAttempts } from "./attempts.ts";
import type { Identity } from "./identity.ts";
import { namedRequests } from "./named-requests.ts";

/** What decides over whether and as what somebody is here. */
const ACTS = [
  "member.added",
  "member.changed",
  "member.removed",
  "member.merged",
  "member.role_changed",
  "directory_user.created",
  "directory_user.deactivated",
  "directory_user.reactivated",
  "directory_user.deleted",
];
/** So many events and attempts of a person are looked at. */
const MOST = 100;

const selectIntegration = statement<
  { provider: Provider; provisioning: Provisioning; lastScimRequestAt: Date | null },
  [string]
>(
  `SELECT provider, provisioning, last_scim_request_at AS "lastScimRequestAt" FROM integrations WHERE organization_id = $1`,
);

/** Gathers what is known of a person, or of an address that is nobody's here. `days` is for how long requests are kept. */
export async function gatherFacts(
  scope: Scope,
  asked: string,
  person: Identity | undefined,
  days: number,
): Promise<Facts> {
  const named = person ?? { name: asked, member: undefined, user: undefined, ids: [], keys: [asked.toLowerCase()] };
  const [[integration], refusedTokens, requests, told, disconnects, { attempts }, role] = await Promise.all([
    scope.organization.includesIntegration ? selectIntegration(scope.db, scope.organization.id) : [],
    readRefusedTokens(scope),
    namedRequests(scope, named.keys),
    searchEvents(scope, { people: named.ids, actions: ACTS }, { limit: MOST }),
    searchEvents(scope, { actions: ["integration.disconnected"] }, { limit: 1 }),
    listAttempts(scope, named, { limit: MOST }),
    person?.member ? explainRole(scope, person.member.id) : undefined,
  ]);
  const [last] = attempts.filter(({ purpose }) => purpose === "sign-in");
  return {
    asked,
    person,
    role,
    ssoEnforced: scope.organization.ssoEnforced,
    integration: integration && { ...integration, provider: providerName(integration.provider) },
    refusedTokens,
    requests,
    activityDays: days,
    // What they did to others decides nothing over them.
    events: told.events.filter(({ target }) => target !== null && named.ids.includes(target.id ?? "")),
    disconnected: disconnects.events[0],
    attempts,
    attemptFix:
      integration && last?.outcome === "refused" ? await fixOf(scope, last.id, integration.provider) : undefined,
  };
}

/** What mends a sign-in that was refused: what the check that failed first wants done. */
async function fixOf(scope: Scope, attemptId: string, provider: Provider): Promise<Fix | undefined> {
  const attempt = await findAttempt(scope, attemptId);
  return attempt && fixesFor(attempt, { provider, ...endpoints(scope.organization) })[0];
}
