import type { GitProvider } from "../../db/tables.ts";

const NAMES: Readonly<Record<GitProvider, string>> = { github: "GitHub", bitbucket: "Bitbucket", gitlab: "GitLab" };

/** What people call a git host, also one that is not configured any more. */
export function gitHostName(provider: GitProvider): string {
  return NAMES[provider];
}

/** The name for a word in an address, such as `github`; undefined for any other word. */
export function findGitHostName(word: string | undefined): string | undefined {
  return Object.entries(NAMES).find(([provider]) => provider === word)?.[1];
}
