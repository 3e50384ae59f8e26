import { statement } from "../../db/database.ts";
import type { Provider } from "../../db/tables.ts";
import type { Scope } from "../../scope.ts";

/** The sign-in that an organization offers. */
export interface Offer {
  readonly provider: Provider;
  /** A click on the tile in the provider's dashboard leads in as well. */
  readonly byTile: boolean;
}

const selectOffer = statement<Offer, [string]>(
  `SELECT provider, idp_initiated <> 'deny' AS "byTile" FROM integrations WHERE organization_id = $1`,
);

/** What the sign-in page offers to anybody; undefined where there is no integration, or the plan has none. */
export async function findOffer(scope: Scope): Promise<Offer | undefined> {
  if (!scope.organization.includesIntegration) return undefined;
  return (await selectOffer(scope.db, scope.organization.id))[0];
}
