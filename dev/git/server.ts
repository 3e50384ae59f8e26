import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import { type ServerType, serve } from "@hono/node-server";
import { type Context, Hono, type Next } from "hono";
import { bitbucket } from "./bitbucket.ts";
import { consent } from "./consent.tsx";
import { github } from "./github.ts";
import { gitlab } from "./gitlab.ts";
import { type Account, type Email, type HostName, type Installation, newInstallation } from "./installation.ts";

/** A simulated GitHub, Bitbucket and GitLab on one port, as far as OAuth 2 and the user's own API go. */
export interface GitServer {
  readonly url: string;
  /** The settings of the service that lead here. */
  readonly environment: Readonly<Record<string, string>>;
  readonly hosts: Readonly<Record<HostName, Installation>>;
  addAccount(host: HostName, account: NewAccount): Account;
  /** What a person's browser does at the host: opens the page and presses a button. Answers where it is sent. */
  authorize(location: string, login: string | "cancel"): Promise<string>;
  stop(): Promise<void>;
}

export interface NewAccount {
  readonly login: string;
  readonly name?: string;
  /** The primary address, verified; or all of them. */
  readonly email?: string;
  readonly emails?: readonly Email[];
}

export interface GitServerOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** The apex of the service, where the callbacks are. */
  readonly apex: string;
  readonly clock?: () => Date;
}

const PATHS = { github: "/login/oauth/authorize", bitbucket: "/site/oauth2/authorize", gitlab: "/oauth/authorize" };
const ROUTES = { github, bitbucket, gitlab };
const NAMES = ["github", "bitbucket", "gitlab"] as const;

/** Starts it. Throws if the port is taken. */
export async function startGitServer({
  port = 0,
  apex,
  clock = () => new Date(),
}: GitServerOptions): Promise<GitServer> {
  const of = (name: HostName) => newInstallation(name, newApp(name, apex), clock);
  const hosts = { github: of("github"), bitbucket: of("bitbucket"), gitlab: of("gitlab") };
  const app = new Hono();
  for (const name of NAMES) app.route(`/${name}`, hostApp(hosts[name]));
  const listening = await listen(app, port);
  const url = `http://localhost:${(listening.address() as AddressInfo).port}`;
  let accounts = 1000;
  return {
    url,
    hosts,
    environment: Object.assign({}, ...NAMES.map((name) => settingsOf(hosts[name], `${url}/${name}`))),
    addAccount(host, { login, name = login, email, emails }) {
      const id = String(++accounts);
      const primary = email === undefined ? [] : [{ email, primary: true, verified: true }];
      const account = { id, login, name, emails: emails ?? primary };
      hosts[host].accounts.set(id, account);
      return account;
    },
    authorize: (location, login) => authorize(hosts, location, login),
    stop: () => stop(listening),
  };
}

function newApp(name: HostName, apex: string) {
  const clientSecret = randomBytes(16).toString("hex");
  return { clientId: `${name}-app`, clientSecret, callback: `${apex}/oauth/${name}/callback` };
}

function settingsOf({ name, app }: Installation, url: string): Record<string, string> {
  const prefix = name.toUpperCase();
  const api = { github: "/api/v3", bitbucket: "/2.0", gitlab: "/api/v4" }[name];
  return {
    [`${prefix}_CLIENT_ID`]: app.clientId,
    [`${prefix}_CLIENT_SECRET`]: app.clientSecret,
    [`${prefix}_URL`]: url,
    [`${prefix}_API_URL`]: url + api,
  };
}

function hostApp(at: Installation): Hono {
  const app = new Hono();
  app.use((c, next) => misbehave(at, c, next));
  consent(app, at, PATHS[at.name]);
  ROUTES[at.name](app, at);
  return app;
}

/** A host that is down, or wants to keep its caller busy. */
async function misbehave(at: Installation, c: Context, next: Next): Promise<Response | undefined> {
  at.asked.push(`${c.req.method} ${c.req.path.replace(`/${at.name}`, "")}`);
  if (at.trouble === "broken") return c.text("Bad Gateway", 502);
  if (at.trouble === "silent") return new Promise<never>(() => {});
  if (at.trouble === "endless") return c.body(endless());
  if (at.trouble === "elsewhere" && !c.req.path.endsWith("/elsewhere")) return c.redirect(`/${at.name}/elsewhere`, 307);
  if (at.trouble === "nonsense" && c.req.method === "GET") return c.json([{ id: {}, login: [] }]);
  await next();
  return undefined;
}

function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(32)) });
}

async function authorize(hosts: GitServer["hosts"], location: string, login: string): Promise<string> {
  const shown = await fetch(location);
  const name = NAMES.find((each) => new URL(location).pathname.startsWith(`/${each}/`)) ?? "github";
  if (!shown.ok) throw new Error(`The simulated ${name} answers ${shown.status}: ${await shown.text()}`);
  const account = [...hosts[name].accounts.values()].find((each) => each.login === login);
  if (!account && login !== "cancel") throw new Error(`The simulated ${name} knows no @${login}`);
  const body = new URLSearchParams({ account: account?.id ?? "" });
  const pressed = await fetch(location, { method: "POST", body, redirect: "manual" });
  return pressed.headers.get("location") ?? "";
}

function listen(app: Hono, port: number): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server: ServerType = serve({ fetch: app.fetch, hostname: "127.0.0.1", port }, () => resolve(server));
    server.on("error", reject);
  });
}

function stop(listening: ServerType): Promise<void> {
  return new Promise((resolve) => {
    listening.close(() => resolve());
    if ("closeAllConnections" in listening) listening.closeAllConnections();
  });
}
