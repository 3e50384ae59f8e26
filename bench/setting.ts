import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { demoKeys } from "../dev/okta/saml/keys.ts";
import { type Db, openDatabase } from "../src/db/database.ts";
import { startEmbedded } from "../src/db/embedded/embedded.ts";
import { checkIntegration, saveIntegration } from "../src/domain/integration/integration.ts";
import { createOrganization } from "../src/domain/organizations/organizations.ts";
import { createLog } from "../src/observe/log.ts";
import { projectRoot } from "../src/root.ts";
import type { Target } from "./load.ts";
import { freePort, type Measured, NODE_OPTIONS, startMeasured } from "./process.ts";

/** A PostgreSQL with fsync on, our service and the floor on it, each in a process of its own. */
export interface Setting {
  readonly service: Measured;
  readonly floor: Measured;
  readonly floorTarget: Target;
  /** The operator API, with its token. */
  readonly operator: Target;
  /** The database itself, to fill. */
  readonly db: Db;
  /** A new organization with an integration; answers where its directory talks to. */
  organization(): Promise<Target>;
  stop(): Promise<void>;
}

export async function prepare(): Promise<Setting> {
  const folder = await mkdtemp(join(tmpdir(), "semaphore-bench-"));
  const postgres = await startEmbedded({ dataDir: folder, log: () => {} });
  const url = address(postgres.connection);
  const port = await freePort();
  const environment = {
    PORT: String(port),
    DATABASE_URL: url,
    SECRET_KEY: randomBytes(32).toString("base64"),
    OPERATOR_TOKEN: randomBytes(32).toString("hex"),
    // What is measured is the service, not how much it lets through.
    RATE_LIMIT_SCIM: "0",
    RATE_LIMIT_SIGN_IN: "0",
    LOG_LEVEL: "warn",
    LOG_FORMAT: "json",
  };
  const ready = (line: string) => (line.startsWith("Ready:") ? port : undefined);
  const service = await startMeasured(join(projectRoot, "dist/src/main.js"), NODE_OPTIONS, environment, ready);
  const floor = await startMeasured(join(projectRoot, "dist/bench/floor.js"), [], { DATABASE_URL: url }, Number);
  const database = openDatabase({ connectionString: url }, { size: 2 });
  return {
    service,
    floor,
    db: database.db,
    operator: {
      port,
      host: `localhost:${port}`,
      headers: { authorization: `Bearer ${environment.OPERATOR_TOKEN}`, accept: "application/json" },
    },
    floorTarget: { port: floor.port, host: "floor", headers: {} },
    organization: () => newOrganization(database.db, port),
    async stop() {
      await database.close();
      await Promise.all([service.stop(), floor.stop()]);
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function newOrganization(db: ReturnType<typeof openDatabase>["db"], port: number): Promise<Target> {
  const settings = { baseUrl: new URL(`http://localhost:${port}`), integrationPlans: ["scaleup"] };
  const slug = `bench-${randomBytes(5).toString("hex")}`;
  const log = createLog({ logLevel: "silent", logFormat: "json" });
  const actor = { kind: "operator", name: "bench" } as const;
  const founder = { db, actor, now: new Date(), referenceId: "BENCH", ip: undefined, log };
  const organization = await createOrganization(founder, settings, { slug, name: slug, plan: "scaleup" });
  const { certificate } = demoKeys();
  const input = { ssoUrl: "https://example.okta.com/sso", issuer: "http://www.okta.com/exkbench", certificate };
  const { scimToken } = await saveIntegration({ ...founder, organization }, checkIntegration(input));
  return {
    port,
    host: `${slug}.localhost:${port}`,
    headers: { authorization: `Bearer ${scimToken}`, accept: "application/scim+json" },
  };
}

function address(connection: { host: string; port: number; user: string; database: string }): string {
  const url = new URL(`postgres://localhost/${connection.database}`);
  url.searchParams.set("host", connection.host);
  url.searchParams.set("port", String(connection.port));
  url.searchParams.set("user", connection.user);
  return url.href;
}
