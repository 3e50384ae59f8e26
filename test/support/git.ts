import { type GitServer, startGitServer } from "../../dev/git/server.ts";
import type { TestOrganization } from "./organization.ts";
import { BASE_URL, startTestService, type TestService } from "./service.ts";

/** A service that knows a GitHub, a Bitbucket and a GitLab, which are played here. */
export interface GitSetting {
  readonly service: TestService;
  readonly git: GitServer;
  stop(): Promise<void>;
}

export async function startGitSetting(environment: Record<string, string> = {}): Promise<GitSetting> {
  // Their clock is the service's, which stands still unless a test moves it.
  const clock = { now: () => new Date() };
  const git = await startGitServer({ apex: BASE_URL, clock: () => clock.now() });
  const service = await startTestService({ ...git.environment, ...environment });
  clock.now = () => service.clock.now;
  return {
    service,
    git,
    async stop() {
      await service.stop();
      await git.stop();
    },
  };
}

/** A browser: it keeps the cookies of one organization's host, and follows nothing by itself. */
export interface GitBrowser {
  cookie: string;
  open(url: string, headers?: Record<string, string>): Promise<Response>;
}

export function browserAt(service: TestService, cookie = ""): GitBrowser {
  const browser: GitBrowser = {
    cookie,
    async open(url, headers = {}) {
      const mine = new URL(url).hostname !== new URL(BASE_URL).hostname && browser.cookie !== "";
      const answer = await service.fetch(url, { headers: { ...(mine && { cookie: browser.cookie }), ...headers } });
      browser.cookie = merged(browser.cookie, answer.headers.getSetCookie());
      return answer;
    },
  };
  return browser;
}

function merged(cookie: string, set: readonly string[]): string {
  const jar = new Map(cookie.split("; ").filter(Boolean).map(pair));
  for (const [name, value] of set.map((each) => pair(each.split(";")[0] ?? ""))) {
    if (value === "") jar.delete(name);
    else jar.set(name, value);
  }
  return [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
}

function pair(text: string): [string, string] {
  const at = text.indexOf("=");
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Goes from a page of ours to the host, through it as `login` (or `cancel`), and back to the apex: the apex's answer. */
export async function throughHost(
  { git, service }: GitSetting,
  browser: GitBrowser,
  org: TestOrganization,
  path: string,
  login: string,
): Promise<Response> {
  const sent = await browser.open(`${org.url}${path}`);
  const location = sent.headers.get("location") ?? "";
  if (sent.status !== 303) throw new Error(`${path} answered ${sent.status}: ${await sent.text()}`);
  return service.fetch(await git.authorize(location, login));
}

/** The whole way, there and back: what the organization answers in the end. */
export async function goThrough(
  setting: GitSetting,
  browser: GitBrowser,
  org: TestOrganization,
  path: string,
  login: string,
): Promise<Response> {
  const handed = await throughHost(setting, browser, org, path, login);
  return browser.open(handed.headers.get("location") ?? "");
}
