import { type Db, statement } from "../../db/database.ts";
import type { Sealer } from "../../db/sealed.ts";
import type { GitProvider } from "../../db/tables.ts";
import { openIfPossible, placeOfTokens, sealTokens } from "./tokens.ts";

/** What was sealed anew, and what no key opens any more. */
export interface Resealed {
  readonly sealed: number;
  readonly lost: number;
}

interface Row {
  readonly organizationId: string;
  readonly memberId: string;
  readonly provider: GitProvider;
  readonly tokens: Buffer;
}

const BATCH = 500;
const NOBODY = "00000000-0000-0000-0000-000000000000";

const selectPage = statement<Row, [string, string, string]>(`
  SELECT organization_id AS "organizationId", member_id AS "memberId", provider, tokens FROM git_connections
  WHERE (organization_id, member_id, provider) > ($1, $2, $3)
  ORDER BY organization_id, member_id, provider LIMIT ${BATCH}`);

const writeTokens = statement<{ provider: string }, [string, string, GitProvider, Buffer, Buffer]>(`
  UPDATE git_connections SET tokens = $5
  WHERE organization_id = $1 AND member_id = $2 AND provider = $3 AND tokens = $4 RETURNING provider`);

/** Seals the git tokens of every organization under the current key. The service may run meanwhile. */
export async function resealGitTokens(db: Db, sealer: Sealer): Promise<Resealed> {
  const count = { sealed: 0, lost: 0 };
  let page = await selectPage(db, NOBODY, NOBODY, "");
  while (page.length > 0) {
    for (const row of page.filter(({ tokens }) => sealer.isOld(tokens))) {
      const { organizationId, memberId, provider, tokens } = row;
      const place = placeOfTokens(organizationId, memberId, provider);
      const opened = openIfPossible(sealer, tokens, place);
      if (!opened) count.lost++;
      else {
        const sealed = sealTokens(sealer, opened, place);
        count.sealed += (await writeTokens(db, organizationId, memberId, provider, tokens, sealed)).length;
      }
    }
    const last = page.at(-1);
    page = last ? await selectPage(db, last.organizationId, last.memberId, last.provider) : [];
  }
  return count;
}
