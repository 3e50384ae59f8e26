import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { BlockList, isIP } from "node:net";
import { dirname, join, resolve } from "node:path";

/** Every setting of the service. This file is the only reader of the environment. */
export interface Config {
  /** Where it listens. */
  readonly host: string;
  readonly port: number;
  /** The apex, without a trailing slash; an organization's URL is the same with `SLUG.` before the host. */
  readonly baseUrl: URL;
  /** `postgres://…`, or undefined for the embedded database. */
  readonly databaseUrl: string | undefined;
  /** Absolute path: embedded database and generated secrets. */
  readonly dataDir: string;
  /** 32 bytes; encrypts what must be read back and signs short-lived links. */
  readonly secretKey: Buffer;
  /** The key before this one: it still decrypts. */
  readonly previousSecretKey: Buffer | undefined;
  /** Bearer token of the operator API. */
  readonly operatorToken: string;
  /** The file that holds the operator token where it was generated. */
  readonly operatorTokenFile: string | undefined;
  /** Plans that include the integration. */
  readonly integrationPlans: readonly string[];
  readonly productName: string;
  readonly supportEmail: string | undefined;
  /** For so many days it is kept what a directory asked and what we answered. */
  readonly activityDays: number;
  /** For so many days an event of the audit log is kept; 0: for ever. */
  readonly auditDays: number;
  /** Is this address a proxy whose `X-Forwarded-*` headers are believed? */
  readonly trustsProxy: (address: string) => boolean;
  /** May metadata be fetched from this host or address, although it is not public? */
  readonly allowsMetadataFrom: (hostOrAddress: string) => boolean;
  readonly rateLimits: RateLimits;
  /** The git hosts whose accounts people may connect: those with a client id and secret. */
  readonly gitHosts: readonly GitHostSettings[];
  readonly logLevel: string;
  readonly logFormat: "json" | "pretty";
}

/** How much this process takes before it answers 429; 0: without limit. */
export interface RateLimits {
  /** SCIM requests a second, for each organization. */
  readonly scim: number;
  /** Attempts to sign in a minute, for each organization and address. */
  readonly signIn: number;
}

/** Our registration at a git host. Addresses are without a trailing slash. */
export interface GitHostSettings {
  readonly provider: "github" | "bitbucket" | "gitlab";
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where people are: `https://github.com`. */
  readonly url: string;
  /** Where programs are: `https://api.github.com`. */
  readonly apiUrl: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A wrong setting: one line that names the variable, what it got and what it takes. */
export class ConfigError extends Error {}

/**
 * Reads the settings from the environment, makes the secrets that are generated (mode 0600 in `DATA_DIR`).
 * Throws `ConfigError` on the first wrong value.
 */
export function readConfig(env: Environment, terminal = false): Config {
  const port = readPort(env);
  const dataDir = resolve(env["DATA_DIR"] || "./data");
  const databaseUrl = readDatabaseUrl(env);
  const supportEmail = env["SUPPORT_EMAIL"] || undefined;
  if (supportEmail && !/^[^@\s]+@[^@\s]+$/.test(supportEmail)) {
    throw wrong("SUPPORT_EMAIL", supportEmail, "an email address");
  }
  return {
    host: readHost(env),
    port,
    baseUrl: readBaseUrl(env, port),
    databaseUrl,
    dataDir,
    secretKey: readKey(env, "SECRET_KEY") ?? generatedKey(dataDir, databaseUrl),
    previousSecretKey: readKey(env, "SECRET_KEY_PREVIOUS"),
    ...readOperatorToken(env, dataDir, databaseUrl),
    integrationPlans: readPlans(env),
    productName: env["PRODUCT_NAME"] || "Semaphore",
    supportEmail,
    activityDays: readActivityDays(env),
    auditDays: readAuditDays(env),
    trustsProxy: readTrustProxy(env),
    allowsMetadataFrom: readMetadataAllow(env),
    rateLimits: { scim: readRate(env, "RATE_LIMIT_SCIM", 100), signIn: readRate(env, "RATE_LIMIT_SIGN_IN", 60) },
    gitHosts: GIT_HOSTS.flatMap((host) => readGitHost(env, host)),
    logLevel: oneOf(env, "LOG_LEVEL", "info", ["trace", "debug", "info", "warn", "error", "fatal", "silent"]),
    logFormat: oneOf(env, "LOG_FORMAT", terminal ? "pretty" : "json", ["json", "pretty"]),
  };
}

function readHost(env: Environment): string {
  const text = env["HOST"] || "127.0.0.1";
  if (!isIP(text) && !/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i.test(text)) {
    throw wrong("HOST", text, "an IP address or a host name to listen on, such as 127.0.0.1 or 0.0.0.0");
  }
  return text;
}

function readPort(env: Environment): number {
  const text = env["PORT"] || "3000";
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65535) throw wrong("PORT", text, "a number from 1 to 65535");
  return port;
}

function readBaseUrl(env: Environment, port: number): URL {
  const text = env["BASE_URL"] || `http://localhost:${port}`;
  const takes = "an https:// URL of a host name without a path, or http://localhost for trying it out";
  if (!URL.canParse(text)) throw wrong("BASE_URL", text, takes);
  const url = new URL(text);
  const local = url.hostname === "localhost" || url.hostname.endsWith(".localhost");
  const allowed = url.protocol === "https:" || (url.protocol === "http:" && local);
  const bare = url.pathname === "/" && !url.search && !url.hash && !url.username && !url.password;
  // An organization's host is `SLUG.` before this one: an address takes no such name, and a final dot is another name.
  const named = !isIP(url.hostname.replace(/^\[|\]$/g, "")) && !url.hostname.endsWith(".");
  if (!allowed || !bare || !named) throw wrong("BASE_URL", text, takes);
  return url;
}

function readDatabaseUrl(env: Environment): string | undefined {
  const text = env["DATABASE_URL"] || undefined;
  // Never echoed: it holds a password.
  if (text && !(/^postgres(ql)?:\/\//.test(text) && URL.canParse(text))) {
    throw new ConfigError(
      "DATABASE_URL is not a PostgreSQL address: it takes postgres://USER:PASSWORD@HOST:PORT/DATABASE",
    );
  }
  return text;
}

function readKey(env: Environment, name: string): Buffer | undefined {
  const text = env[name];
  return text ? decodedKey(name, text) : undefined;
}

function decodedKey(name: string, text: string): Buffer {
  const key = Buffer.from(text, "base64");
  if (key.length === 32 && /^[\w+/-]+=?$/.test(text)) return key;
  const got = key.length === 32 ? "other characters than base64 has" : `what decodes to ${key.length} bytes`;
  throw new ConfigError(`${name} is ${got}: it takes 32 bytes in base64 (openssl rand -base64 32)`);
}

function generatedKey(dataDir: string, databaseUrl: string | undefined): Buffer {
  if (databaseUrl) {
    throw new ConfigError(
      "SECRET_KEY is missing: with DATABASE_URL it takes 32 bytes in base64 (openssl rand -base64 32)",
    );
  }
  const file = join(dataDir, "secret-key");
  return decodedKey(
    `The secret key in ${file}`,
    generated(file, () => randomBytes(32).toString("base64")),
  );
}

function readOperatorToken(env: Environment, dataDir: string, databaseUrl: string | undefined) {
  const given = env["OPERATOR_TOKEN"];
  if (given) return { operatorToken: strongToken("OPERATOR_TOKEN", given), operatorTokenFile: undefined };
  if (databaseUrl) {
    throw new ConfigError(
      "OPERATOR_TOKEN is missing: with DATABASE_URL it takes at least 16 characters without spaces",
    );
  }
  const file = join(dataDir, "operator-token");
  const token = generated(file, () => randomBytes(32).toString("base64url"));
  return { operatorToken: strongToken(`The operator token in ${file}`, token), operatorTokenFile: file };
}

function strongToken(name: string, token: string): string {
  if (token.length >= 16 && /^[\x21-\x7e]+$/.test(token)) return token;
  throw new ConfigError(`${name} is too weak: it takes at least 16 characters of ASCII without spaces`);
}

/** Reads a secret from its file, or makes it. The file appears whole or not at all, and two starts agree on one. */
function generated(file: string, make: () => string): string {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const draft = `${file}.${randomBytes(6).toString("hex")}`;
    try {
      writeFileSync(draft, `${make()}\n`, { mode: 0o600, flag: "wx", flush: true });
      linkSync(draft, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  }
  chmodSync(file, 0o600);
  return readFileSync(file, "utf8").trim();
}

function readPlans(env: Environment): readonly string[] {
  const plans = (env["INTEGRATION_PLANS"] || "scaleup").split(",").map((plan) => plan.trim());
  if (plans.some((plan) => !/^[a-z0-9_-]{1,63}$/.test(plan))) {
    throw wrong("INTEGRATION_PLANS", env["INTEGRATION_PLANS"], "plan names (a-z 0-9 _ -), separated by commas");
  }
  return plans;
}

function readActivityDays(env: Environment): number {
  const text = env["ACTIVITY_DAYS"] || "30";
  const days = Number(text);
  if (!/^\d{1,3}$/.test(text) || days < 1 || days > 365)
    throw wrong("ACTIVITY_DAYS", text, "a number of days from 1 to 365");
  return days;
}

function readAuditDays(env: Environment): number {
  const text = env["AUDIT_DAYS"] || "730";
  const days = Number(text);
  const takes = "a number of days from 30 to 36500, or 0 to keep the audit log for ever";
  if (!/^\d{1,5}$/.test(text) || (days !== 0 && (days < 30 || days > 36_500))) throw wrong("AUDIT_DAYS", text, takes);
  return days;
}

function readTrustProxy(env: Environment): (address: string) => boolean {
  const text = env["TRUST_PROXY"];
  if (!text || text === "off") return () => false;
  const list = new BlockList();
  for (const entry of entriesOf(text)) {
    const takes = "IP addresses or networks such as 10.0.0.0/8, separated by commas, or off";
    if (!addNetwork(list, entry)) throw wrong("TRUST_PROXY", text, takes);
  }
  return (address) => isListed(list, address);
}

function readMetadataAllow(env: Environment): (hostOrAddress: string) => boolean {
  const text = env["METADATA_ALLOW"];
  if (!text) return () => false;
  const list = new BlockList();
  const hosts = new Set<string>();
  for (const entry of entriesOf(text)) {
    if (addNetwork(list, entry)) continue;
    const takes = "host names, IP addresses or networks such as 10.0.0.0/8, separated by commas";
    if (!/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i.test(entry) || /^[\d.]+$/.test(entry)) {
      throw wrong("METADATA_ALLOW", text, takes);
    }
    hosts.add(entry.toLowerCase());
  }
  return (hostOrAddress) => hosts.has(hostOrAddress) || isListed(list, hostOrAddress);
}

function entriesOf(text: string): string[] {
  return text.split(",").map((part) => part.trim());
}

/** Adds an address or a network; answers false for what is neither. */
function addNetwork(list: BlockList, entry: string): boolean {
  const [, address = "", prefix] = /^([\da-f.:]+)(?:\/(\d{1,3}))?$/i.exec(entry) ?? [];
  const version = isIP(address);
  const most = version === 6 ? 128 : 32;
  const bits = prefix === undefined ? most : Number(prefix);
  if (!version || bits > most) return false;
  list.addSubnet(address, bits, version === 6 ? "ipv6" : "ipv4");
  return true;
}

function isListed(list: BlockList, address: string): boolean {
  return isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

function readRate(env: Environment, name: string, fallback: number): number {
  const text = env[name] || String(fallback);
  if (!/^\d{1,6}$/.test(text)) throw wrong(name, text, "a whole number from 1 to 999999, or 0 for no limit");
  return Number(text);
}

/** Each with its public address, and where its API is at a given address. */
const GIT_HOSTS = [
  { provider: "github", at: "https://github.com", api: (url: string) => gitHubApi(url) },
  { provider: "bitbucket", at: "https://bitbucket.org", api: () => "https://api.bitbucket.org/2.0" },
  { provider: "gitlab", at: "https://gitlab.com", api: (url: string) => `${url}/api/v4` },
] as const;

/** GitHub Enterprise Server has its API below its own address. */
function gitHubApi(url: string): string {
  return url === "https://github.com" ? "https://api.github.com" : `${url}/api/v3`;
}

function readGitHost(env: Environment, { provider, at, api }: (typeof GIT_HOSTS)[number]): GitHostSettings[] {
  const prefix = provider.toUpperCase();
  const [clientId, clientSecret] = [env[`${prefix}_CLIENT_ID`], env[`${prefix}_CLIENT_SECRET`]];
  const url = readAddress(env, `${prefix}_URL`, at);
  const apiUrl = readAddress(env, `${prefix}_API_URL`, api(url));
  if (clientId && clientSecret) return [{ provider, clientId, clientSecret, url, apiUrl }];
  if (!clientId && !clientSecret) return [];
  const [missing, given] = clientId ? ["CLIENT_SECRET", "CLIENT_ID"] : ["CLIENT_ID", "CLIENT_SECRET"];
  const takes = "it takes both, from the application that you registered there, or neither";
  throw new ConfigError(`${prefix}_${missing} is missing, but ${prefix}_${given} is set: ${takes} (docs/git.md)`);
}

function readAddress(env: Environment, name: string, fallback: string): string {
  const text = env[name] || fallback;
  const takes = "an https:// URL without user and query, or http://localhost for trying it out";
  if (!URL.canParse(text)) throw wrong(name, text, takes);
  const url = new URL(text);
  const local = url.hostname === "localhost" || url.hostname.endsWith(".localhost");
  const allowed = url.protocol === "https:" || (url.protocol === "http:" && local);
  if (url.username || url.password) throw new ConfigError(`${name} holds a password: it takes ${takes}`);
  if (!allowed || url.search || url.hash) throw wrong(name, text, takes);
  return url.href.replace(/\/+$/, "");
}

function oneOf<const T extends string>(env: Environment, name: string, fallback: T, choices: readonly T[]): T {
  const text = env[name] || fallback;
  const choice = choices.find((each) => each === text);
  if (!choice) throw wrong(name, text, `one of ${choices.join(", ")}`);
  return choice;
}

function wrong(name: string, got: string | undefined, takes: string): ConfigError {
  return new ConfigError(`${name} is ${JSON.stringify(got)}: it takes ${takes}`);
}
