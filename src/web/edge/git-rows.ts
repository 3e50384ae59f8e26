import { listGitConnections } from "../../domain/git/connections.ts";
import { gitHostName } from "../../domain/git/names.ts";
import type { GitRow } from "../ui/git-accounts.tsx";
import type { Context } from "./context.ts";

/** The git hosts as the person of this session sees them: those configured, then those connected before and gone since. */
export async function gitRows(c: Context): Promise<readonly GitRow[]> {
  const { gitHosts } = c.var.parts;
  const connections = await listGitConnections(c.var.scope, c.var.session.memberId);
  const rowOf = (provider: GitRow["provider"]): GitRow => {
    const host = gitHosts.find((each) => each.provider === provider);
    const found = connections.find((each) => each.provider === provider);
    const broken = found !== undefined && (found.brokenAt !== null || found.host !== host?.url);
    const connection = found && { ...found, broken };
    return { provider, name: gitHostName(provider), configured: host !== undefined, connection };
  };
  const configured = gitHosts.map(({ provider }) => provider);
  const gone = connections.map(({ provider }) => provider).filter((provider) => !configured.includes(provider));
  return [...configured, ...gone].map(rowOf);
}
