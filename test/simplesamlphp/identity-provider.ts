import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simpleSamlPhp } from "../support/tools.ts";
import { authSources, configuration, hostedProvider, remoteProviders } from "./configuration.ts";

const PAGES = simpleSamlPhp();

/** For `describe(name, NEEDS_SIMPLESAMLPHP, …)`: skipped where it is not installed. */
export const NEEDS_SIMPLESAMLPHP: { readonly skip?: string } =
  PAGES === undefined ? { skip: "install simplesamlphp, php-cli, php-xml and php-mbstring" } : {};

/** How it answers one service provider; the names are SimpleSAMLphp's own. */
export interface Answers {
  readonly "saml20.sign.response"?: boolean;
  readonly "saml20.sign.assertion"?: boolean;
  readonly "assertion.encryption"?: boolean;
}

/** SimpleSAMLphp as the identity provider, with its own configuration, on the loopback interface. */
export interface IdentityProvider {
  readonly url: string;
  readonly issuer: string;
  readonly ssoUrl: string;
  /** What it publishes of itself. */
  metadata(): Promise<string>;
  /** Lets it know a service provider by the metadata that this publishes. */
  trust(metadata: string, answers?: Answers): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it under PHP's own web server; it is ready when this answers. */
export async function startIdentityProvider(keys: {
  readonly privateKey: string;
  readonly certificate: string;
}): Promise<IdentityProvider> {
  const folder = await mkdtemp(join(tmpdir(), "simplesamlphp-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await writeConfiguration(folder, url, keys);
  const server = spawn("php", ["-q", "-d", "memory_limit=256M", "-S", `127.0.0.1:${port}`, "-t", PAGES ?? ""], {
    env: { PATH: process.env["PATH"] ?? "", SIMPLESAMLPHP_CONFIG_DIR: folder, PHP_CLI_SERVER_WORKERS: "2" },
    stdio: "ignore",
  });
  const metadata = async () => (await fetch(`${url}/saml2/idp/metadata.php`)).text();
  await untilReady(server, metadata);
  let trusted = 0;
  return {
    url,
    issuer: `${url}/idp`,
    ssoUrl: `${url}/saml2/idp/SSOService.php`,
    metadata,
    async trust(xml, answers = {}) {
      trusted += 1;
      await writeFile(join(folder, "trusted", `${trusted}.json`), JSON.stringify(answers));
      await writeFile(join(folder, "trusted", `${trusted}.xml`), xml);
    },
    async stop() {
      server.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function writeConfiguration(
  folder: string,
  url: string,
  keys: { readonly privateKey: string; readonly certificate: string },
): Promise<void> {
  for (const inner of ["metadata", "trusted", "log", "data", "tmp", "sessions"]) await mkdir(join(folder, inner));
  await writeFile(join(folder, "key.pem"), keys.privateKey);
  await writeFile(join(folder, "certificate.pem"), keys.certificate);
  await writeFile(join(folder, "config.php"), configuration(folder, url));
  await writeFile(join(folder, "authsources.php"), authSources());
  await writeFile(join(folder, "metadata/saml20-idp-hosted.php"), hostedProvider(url));
  await writeFile(join(folder, "metadata/saml20-sp-remote.php"), remoteProviders(folder));
}

async function untilReady(server: ChildProcess, ask: () => Promise<string>): Promise<void> {
  for (let tried = 0; tried < 200; tried += 1) {
    if (server.exitCode !== null) throw new Error(`php ended with ${server.exitCode}`);
    const answer = await ask().catch(() => "");
    if (answer.includes("IDPSSODescriptor")) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`SimpleSAMLphp does not answer: ${await ask().catch(String)}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
