import { join } from "node:path";
import type { Config } from "./config.ts";
import { openDatabase, type PoolLimits } from "./db/database.ts";
import { startEmbedded } from "./db/embedded/embedded.ts";
import { listen } from "./db/listen.ts";
import { migrate } from "./db/migrate.ts";
import { createSealer } from "./db/sealed.ts";
import { gatherStatistics } from "./db/statistics.ts";
import { startPruning } from "./domain/activity/prune.ts";
import { createRecorder } from "./domain/activity/recorder.ts";
import { watchActivity } from "./domain/activity/watch.ts";
import { startPruningEvents } from "./domain/audit/prune.ts";
import { disconnectBatch } from "./domain/integration/disconnect-batch.ts";
import { createGate } from "./domain/integration/gate.ts";
import { startRefreshing } from "./domain/integration/metadata-refresh.ts";
import { countRefusedTokens } from "./domain/integration/refused-tokens.ts";
import { startWorker } from "./domain/jobs/worker.ts";
import { startSweeping } from "./domain/sso/sweep.ts";
import { closeDoor, openDoor, type Patience } from "./door.ts";
import type { Logger } from "./observe/log.ts";
import { createMetrics } from "./observe/metrics.ts";
import { createGitHosts } from "./outbound/git/hosts.ts";
import { createMetadataReader } from "./outbound/saml/metadata.ts";
import { projectRoot } from "./root.ts";
import type { Parts } from "./web/edge/context.ts";
import { createLimits } from "./web/edge/rate-limits.ts";

/** A running service. */
export interface Service {
  readonly parts: Parts;
  /** Takes no more requests, lets those under way end, and stops the database that is ours. */
  stop(): Promise<void>;
}

/** Starts everything in order: database, migrations, parts, and last the door. */
export async function startService(
  config: Config,
  log: Logger,
  clock = () => new Date(),
  patience?: Patience,
): Promise<Service> {
  const embedded = config.databaseUrl === undefined ? await startEmbedded(embeddedOptions(config, log)) : undefined;
  try {
    const connection = embedded?.connection ?? { connectionString: config.databaseUrl ?? "" };
    const ran = await migrate(connection, join(projectRoot, "migrations"));
    if (ran.length > 0) log.info({ migrations: ran }, "migrated the database");
    const assembled = assemble(config, log, clock, connection);
    const server = await openDoor(assembled.parts, patience).catch(async (error: unknown) => {
      await assembled.stop();
      throw error;
    });
    return {
      parts: assembled.parts,
      async stop() {
        // Streams have no end of their own, and the door waits for what is under way.
        assembled.parts.watch.stop();
        await closeDoor(server);
        await assembled.stop();
        await embedded?.stop();
      },
    };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

/** The parts on an open database, without a door: what tests call directly. */
export function assemble(
  config: Config,
  log: Logger,
  clock: () => Date,
  connection: Parameters<typeof openDatabase>[0],
  pool: Partial<PoolLimits> = {},
) {
  const database = openDatabase(connection, pool);
  const { db, share } = database;
  const settings = { baseUrl: config.baseUrl, integrationPlans: config.integrationPlans };
  const listener = listen(connection, "gates", () => gate.forget());
  const refused = countRefusedTokens(db, clock, log);
  const gate = createGate(db, settings, listener.hears, refused);
  const worker = startWorker(db, { disconnect: disconnectBatch }, log);
  const stopGathering = gatherStatistics(db);
  const stopSweeping = startSweeping(db, clock, log);
  const metadata = createMetadataReader({ allows: config.allowsMetadataFrom });
  const stopRefreshing = startRefreshing(db, (url) => metadata.read(url), clock, log);
  const stopPruning = startPruning(db, clock, config.activityDays, log);
  const stopPruningEvents = startPruningEvents(db, clock, config.auditDays, log);
  const recorder = createRecorder(db);
  const watch = watchActivity(db, clock, log);
  const limits = createLimits(config.rateLimits);
  const metrics = createMetrics();
  const sealer = createSealer(config.secretKey, config.previousSecretKey);
  const gitHosts = createGitHosts(config.gitHosts, config.baseUrl);
  const parts: Parts = {
    config,
    settings,
    db,
    share,
    sealer,
    gitHosts,
    log,
    gate,
    recorder,
    worker,
    watch,
    clock,
    limits,
    metrics,
    metadata,
  };
  return {
    parts,
    async stop() {
      stopGathering();
      stopSweeping();
      stopRefreshing();
      watch.stop();
      await Promise.all([stopPruning(), stopPruningEvents()]);
      await worker.stop();
      await refused.stop();
      await listener.close();
      await database.close();
    },
  };
}

function embeddedOptions(config: Config, log: Logger) {
  return {
    dataDir: config.dataDir,
    log: (level: "info" | "warn" | "error", message: string) => log[level](message),
  };
}
