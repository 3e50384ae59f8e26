import type { GitHostSettings } from "../../config.ts";
import { createBitbucket } from "./bitbucket.ts";
import { createGitHub } from "./github.ts";
import { createGitLab } from "./gitlab.ts";
import type { GitHosts } from "./host.ts";

const MAKERS = { github: createGitHub, bitbucket: createBitbucket, gitlab: createGitLab };

/** The configured hosts. Each has a callback of its own at the apex, so that no host's answer passes for another's. */
export function createGitHosts(settings: readonly GitHostSettings[], baseUrl: URL): GitHosts {
  return settings.map((each) =>
    MAKERS[each.provider]({ settings: each, redirectUri: `${baseUrl.origin}/oauth/${each.provider}/callback` }),
  );
}
