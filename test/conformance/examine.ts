import { type Check, Unsupported } from "./check.ts";
import { attributes } from "./checks/attributes.ts";
import { bulk } from "./checks/bulk.ts";
import { cursors } from "./checks/cursors.ts";
import { discovery } from "./checks/discovery.ts";
import { errors } from "./checks/errors.ts";
import { etags } from "./checks/etags.ts";
import { filters } from "./checks/filters.ts";
import { groups } from "./checks/groups.ts";
import { pages } from "./checks/pages.ts";
import { patches } from "./checks/patches.ts";
import { search } from "./checks/search.ts";
import { sorting } from "./checks/sorting.ts";
import { users } from "./checks/users.ts";
import { Server } from "./server.ts";

/** Every check, by the part of the standard that it is about. */
const CHECKS: Readonly<Record<string, readonly Check[]>> = {
  Discovery: discovery,
  Errors: errors,
  Users: users,
  Groups: groups,
  Filters: filters,
  PATCH: patches,
  Attributes: attributes,
  Pages: pages,
  Sorting: sorting,
  Cursors: cursors,
  Search: search,
  ETags: etags,
  Bulk: bulk,
};

export type Verdict = "ok" | "FAIL" | "note" | "skip";

/**
 * Examines the SCIM server at the base URL, one check after another, and deletes what it made. `say` is told a line for
 * each; answers how many came out in which way.
 */
export async function examine(
  base: string,
  token: string,
  say: (line: string) => void,
): Promise<Record<Verdict, number>> {
  const server = new Server(base, token);
  const counts: Record<Verdict, number> = { ok: 0, FAIL: 0, note: 0, skip: 0 };
  await server.discover();
  for (const [part, checks] of Object.entries(CHECKS)) {
    for (const check of checks) {
      const { verdict, why } = await outcome(check, server);
      counts[verdict]++;
      say(`${verdict.padEnd(4)} ${part}: ${check.name} (${check.cites})${why === undefined ? "" : `: ${why}`}`);
    }
  }
  for (const path of await server.cleanUp()) say(`left ${path}: it could not be deleted`);
  return counts;
}

async function outcome(check: Check, server: Server): Promise<{ verdict: Verdict; why?: string }> {
  const missing = check.needs?.find((feature) => !server.features.has(feature));
  if (missing !== undefined) return { verdict: "skip", why: `the server says that it has no ${missing}` };
  try {
    await check.run(server);
    return { verdict: "ok" };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (error instanceof Unsupported) return { verdict: "skip", why };
    return check.mayDiffer === undefined
      ? { verdict: "FAIL", why }
      : { verdict: "note", why: `${why}. ${check.mayDiffer}` };
  }
}
