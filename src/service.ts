import type { Server } from "node:http";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import { createApp } from "./app.ts";
import type { Config } from "./config.ts";
import { openDatabase } from "./db/database.ts";
import { startEmbedded } from "./db/embedded/embedded.ts";
import { listen } from "./db/listen.ts";
import { migrate } from "./db/migrate.ts";
import { gatherStatistics } from "./db/statistics.ts";
import { startPruning } from "./domain/activity/prune.ts";
import { createRecorder } from "./domain/activity/recorder.ts";
import { watchActivity } from "./domain/activity/watch.ts";
import { disconnectBatch } from "./domain/integration/disconnect.ts";
import { createGate } from "./domain/integration/gate.ts";
import { countRefusedTokens } from "./domain/integration/refused-tokens.ts";
import { startWorker } from "./domain/jobs/worker.ts";
import { startSweeping } from "./domain/sso/sweep.ts";
import type { Logger } from "./observe/log.ts";
import { createMetrics } from "./observe/metrics.ts";
import { projectRoot } from "./root.ts";
import type { Env, Parts } from "./web/edge/context.ts";

/** A running service. */
export interface Service {
  readonly parts: Parts;
  /** Takes no more requests, lets those under way end, and stops the database that is ours. */
  stop(): Promise<void>;
}

/** Starts everything in order: database, migrations, parts, and last the door. */
export async function startService(config: Config, log: Logger, clock = () => new Date()): Promise<Service> {
  const embedded = config.databaseUrl === undefined ? await startEmbedded(embeddedOptions(config, log)) : undefined;
  try {
    const connection = embedded?.connection ?? { connectionString: config.databaseUrl ?? "" };
    const ran = await migrate(connection, join(projectRoot, "migrations"));
    if (ran.length > 0) log.info({ migrations: ran }, "migrated the database");
    const assembled = assemble(config, log, clock, connection);
    const server = await openDoor(config, assembled.parts).catch(async (error: unknown) => {
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
) {
  const database = openDatabase(connection);
  const { db } = database;
  const settings = { baseUrl: config.baseUrl, integrationPlans: config.integrationPlans };
  const listener = listen(connection, "gates", () => gate.forget());
  const refused = countRefusedTokens(db, clock, log);
  const gate = createGate(db, settings, listener.hears, refused);
  const worker = startWorker(db, { disconnect: disconnectBatch }, log);
  const stopGathering = gatherStatistics(db);
  const stopSweeping = startSweeping(db, clock, log);
  const stopPruning = startPruning(db, clock, config.activityDays, log);
  const recorder = createRecorder(db);
  const watch = watchActivity(db, clock, log);
  const parts: Parts = { config, settings, db, log, gate, recorder, worker, watch, clock, metrics: createMetrics() };
  return {
    parts,
    async stop() {
      stopGathering();
      stopSweeping();
      watch.stop();
      await stopPruning();
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

function openDoor(config: Config, parts: Parts): Promise<Server> {
  return new Promise((resolve, reject) => {
    const app = createApp(parts);
    const fetch: Parameters<typeof serve>[0]["fetch"] = (request, bindings) =>
      app.fetch(request, bindings as Env["Bindings"]);
    const server = serve({ fetch, hostname: config.host, port: config.port }, () => resolve(server)) as Server;
    // A client that sends its request slower than this is cut off.
    server.requestTimeout = 60_000;
    server.headersTimeout = 10_000;
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = `${config.host}:${config.port} is taken by another program: stop it, or set PORT to another port.`;
      reject(error.code === "EADDRINUSE" ? new Error(taken) : error);
    });
  });
}

function closeDoor(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // Whoever keeps on asking over an open connection is told to ask elsewhere.
    server.prependListener("request", (_request, response) => response.setHeader("Connection", "close"));
    const idle = setInterval(() => server.closeIdleConnections(), 50);
    server.close(() => {
      clearInterval(idle);
      resolve();
    });
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 5_000).unref();
  });
}
