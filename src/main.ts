import { inspect } from "node:util";
import { ConfigError, readConfig } from "./config.ts";
import { awaitsSetup } from "./domain/organizations/organizations.ts";
import { createLog } from "./observe/log.ts";
import { resealEverything } from "./reseal.ts";
import { type Service, startService } from "./service.ts";
import { setupToken } from "./web/setup-token.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);

try {
  await run();
} catch (error) {
  // One sentence for the operator; the stack only of what nobody foresaw.
  const foreseen = error instanceof ConfigError || (error instanceof Error && !("code" in error));
  process.stderr.write(`${error instanceof Error && foreseen ? error.message : inspect(error)}\n`);
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const config = readConfig(process.env, process.stdout.isTTY === true);
  const log = createLog(config);
  if (process.argv[2] === "reseal") {
    say(await resealEverything(config, log));
    return;
  }
  say(`Starting at ${config.baseUrl.origin} …`);
  const service = await startService(config, log);
  stopOnSignals(service);
  await greet(service);
}

/** The three lines that an operator needs next. */
async function greet({ parts: { config, db } }: Service): Promise<void> {
  const { origin } = config.baseUrl;
  say(`Ready: ${origin} (listening on ${config.host}:${config.port})`);
  if (await awaitsSetup(db)) {
    say(`Set up the first organization: ${origin}/setup?token=${setupToken(config.secretKey)}`);
  }
  const where = config.operatorTokenFile
    ? `the token is in ${config.operatorTokenFile}`
    : "the token is OPERATOR_TOKEN";
  say(`Operator API: ${origin}/api/v1 (${where}), described at ${origin}/api/v1/docs`);
}

function stopOnSignals(service: Service): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    say("Stopping …");
    await service.stop();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  // Whoever read our output may be gone: that is no reason to stop in disorder.
  process.stdout.on("error", () => {});
}
