import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type App, createApp } from "../../src/app.ts";
import { readConfig } from "../../src/config.ts";
import type { PoolLimits } from "../../src/db/database.ts";
import { createLog } from "../../src/observe/log.ts";
import { assemble } from "../../src/service.ts";
import type { Parts } from "../../src/web/edge/context.ts";
import { freshDatabase } from "./database.ts";

/** The service as the tests talk to it: requests in, answers out, on a database of its own. */
export interface TestService {
  readonly parts: Parts;
  readonly app: App;
  /** The time that requests see; it stands still unless a test moves it. */
  readonly clock: { now: Date; advance(milliseconds: number): void };
  fetch(url: string, init?: RequestInit): Promise<Response>;
  /** The operator API, with the token. */
  operator(method: string, path: string, body?: unknown): Promise<Response>;
  stop(): Promise<void>;
}

export const BASE_URL = "http://localhost:3000";

/** Starts a service for one test file. `environment` changes settings, as an operator would; `pool` makes it less patient. */
export async function startTestService(
  environment: Record<string, string> = {},
  pool: Partial<PoolLimits> = {},
): Promise<TestService> {
  const database = await freshDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), "semaphore-test-"));
  // The clock of the tests stands still, and with it what a rate limit gives back.
  const limits = { RATE_LIMIT_SCIM: "0", RATE_LIMIT_SIGN_IN: "0" };
  const quiet = { LOG_LEVEL: "silent", LOG_FORMAT: "json" };
  const config = readConfig({ BASE_URL, DATA_DIR: dataDir, ...limits, ...quiet, ...environment });
  const clock = {
    now: new Date(),
    advance(milliseconds: number) {
      clock.now = new Date(clock.now.getTime() + milliseconds);
    },
  };
  const connection = { connectionString: database.url };
  const { parts, stop } = assemble(config, createLog(config), () => clock.now, connection, pool);
  const app = createApp(parts);
  const fetch = async (url: string, init?: RequestInit) => app.fetch(new Request(url, init));
  return {
    parts,
    app,
    clock,
    fetch,
    operator: (method, path, body) =>
      fetch(`${config.baseUrl.origin}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${config.operatorToken}`, "content-type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    async stop() {
      await stop();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
