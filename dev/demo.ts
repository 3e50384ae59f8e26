import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { inspect } from "node:util";
import { type Config, ConfigError, readConfig } from "../src/config.ts";
import { createLog } from "../src/observe/log.ts";
import { type Service, startService } from "../src/service.ts";
import { type DemoOrganization, prepareOrganization } from "./demo-organization.ts";
import { type GitServer, startGitServer } from "./git/server.ts";
import { type OktaOrg, startOkta } from "./okta/server.ts";

/**
 * `npm run demo`: the service, the organization `acme` and a simulated Okta, connected, with simulated git hosts and the
 * links to open. It keeps what it did in `DATA_DIR/demo`, and listens on `PORT` and the two ports after it.
 */

/** Fixed, so that the Single Sign-On URL is the same at the next start. */
const ISSUER = "http://www.okta.com/exkdemo0000000000000";

const say = (line: string) => process.stdout.write(`${line}\n`);
const closing: (() => Promise<void>)[] = [];

stopOnSignals();
try {
  await run();
} catch (error) {
  const foreseen = error instanceof ConfigError || (error instanceof Error && !("code" in error));
  process.stderr.write(`${portTaken(error) ?? (foreseen ? (error as Error).message : inspect(error))}\n`);
  await stop();
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const { port } = demoConfig({});
  say(`Starting the service at http://localhost:${port} and a simulated Okta at http://localhost:${port + 1} …`);
  // A port that is taken is known before there is a database.
  await tryPort(port);
  const git = await startGitServer({ port: port + 2, apex: `http://localhost:${port}` });
  closing.push(() => git.stop());
  addAccounts(git);
  const config = demoConfig(git.environment);
  const okta = await startOkta({ port: config.port + 1, issuer: ISSUER, demo: true });
  closing.push(() => okta.stop());
  const service = await startService(config, createLog(config));
  closing.unshift(() => service.stop());
  const organization = await prepare(service, okta);
  greet(organization, okta);
}

/** Only what cannot reach beyond the demo is taken from the environment: never a database or a secret in use elsewhere. */
function demoConfig(git: Readonly<Record<string, string>>): Config {
  const { PORT, DATA_DIR, LOG_LEVEL = "warn", LOG_FORMAT, PRODUCT_NAME, SUPPORT_EMAIL } = process.env;
  const dataDir = join(DATA_DIR || "./data", "demo");
  const env = { PORT, DATA_DIR: dataDir, LOG_LEVEL, LOG_FORMAT, PRODUCT_NAME, SUPPORT_EMAIL, ...git };
  const config = readConfig(env, process.stdout.isTTY === true);
  if (config.port < 65_534) return config;
  throw new ConfigError(
    `PORT is "${PORT}": the demo takes a number from 1 to 65533, for Okta and the git hosts have the next`,
  );
}

/** Ada comes from Okta, Grace and Sam were there before; each has an account at each host. */
function addAccounts(git: GitServer): void {
  for (const host of ["github", "bitbucket", "gitlab"] as const) {
    git.addAccount(host, { login: "adapark", name: "Ada Park", email: "ada.park@example.test" });
    git.addAccount(host, { login: "gholm", name: "Grace Holm", email: "grace.holm@example.test" });
    git.addAccount(host, { login: "samfield", name: "Sam Field", email: "sam.field@example.test" });
  }
}

async function tryPort(port: number): Promise<void> {
  const probe = createServer().listen(port, "127.0.0.1");
  await once(probe, "listening");
  await new Promise((resolve) => probe.close(resolve));
}

async function prepare({ parts: { config } }: Service, okta: OktaOrg): Promise<DemoOrganization> {
  const { origin } = config.baseUrl;
  const organization = await prepareOrganization({ origin, operatorToken: config.operatorToken, okta });
  const { acsUrl, audience, scimBaseUrl, scimToken } = organization;
  const tested = await okta.connect({ acsUrl, audience, scimBaseUrl, scimToken, generation: "wizard" });
  if (!tested.ok) throw new Error(`The simulated Okta cannot reach the service: ${tested.sentence}`);
  return organization;
}

function greet({ audience, signInLink }: DemoOrganization, okta: OktaOrg): void {
  say(`
Ready. Chrome, Edge and Firefox find addresses that end in .localhost by themselves.

  Sign in as the owner, once   ${signInLink}
  Okta settings of Acme        ${audience}/settings/okta
  Okta, the admin's page       ${okta.url}/admin
  Okta, a person's dashboard   ${okta.url}/
  Connect a git account        ${audience}/account

Assign people on the admin's page: they are members of Acme at once, and Grace, who was one before, is made no second time.
Choose Ada on the dashboard in a private window and click the tile: she is in. Deactivate her, and her next click is refused.
Sam has no tile: on the sign-in page, Sign in with GitHub as @samfield lets Sam in.
Or open ${audience}/people in a private window, choose Sign in with Okta, and come back to that page.
Disconnect on the settings page: whom Okta made is deleted, Grace stays. Ctrl-C stops the demo; the next one goes on from here.`);
}

function portTaken(error: unknown): string | undefined {
  const { code, port } = error as { code?: string; port?: number };
  if (code !== "EADDRINUSE") return undefined;
  return `Port ${port} is taken: stop what listens there, or start the demo elsewhere with PORT=4000 npm run demo.`;
}

function stopOnSignals(): void {
  let stopping = false;
  const end = async () => {
    if (stopping) return;
    stopping = true;
    say("Stopping …");
    await stop();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
  process.stdout.on("error", () => {});
}

/** The service before its Okta, and the Okta even if the service does not stop well. */
async function stop(): Promise<void> {
  for (const close of closing.splice(0)) await close().catch((error) => process.stderr.write(`${inspect(error)}\n`));
}
