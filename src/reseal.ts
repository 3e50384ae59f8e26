import { join } from "node:path";
import type { Config } from "./config.ts";
import { openDatabase } from "./db/database.ts";
import { startEmbedded } from "./db/embedded/embedded.ts";
import { migrate } from "./db/migrate.ts";
import { createSealer } from "./db/sealed.ts";
import { resealGitTokens } from "./domain/git/reseal.ts";
import { resealKeys } from "./domain/integration/reseal-keys.ts";
import type { Logger } from "./observe/log.ts";
import { projectRoot } from "./root.ts";

/**
 * `npm run reseal`: seals under `SECRET_KEY` what `SECRET_KEY_PREVIOUS` sealed, so that the previous key can go. Services may
 * run on the same server meanwhile; the embedded database is one process's alone. Answers what was done, in a sentence.
 */
export async function resealEverything(config: Config, log: Logger): Promise<string> {
  const embedded =
    config.databaseUrl === undefined
      ? await startEmbedded({ dataDir: config.dataDir, log: (level, message) => log[level](message) })
      : undefined;
  try {
    const connection = embedded?.connection ?? { connectionString: config.databaseUrl ?? "" };
    await migrate(connection, join(projectRoot, "migrations"));
    const database = openDatabase(connection);
    try {
      const sealer = createSealer(config.secretKey, config.previousSecretKey);
      const [tokens, keys] = [await resealGitTokens(database.db, sealer), await resealKeys(database.db, sealer)];
      return told(tokens, keys);
    } finally {
      await database.close();
    }
  } finally {
    await embedded?.stop();
  }
}

interface Count {
  readonly sealed: number;
  readonly lost: number;
}

function told(tokens: Count, keys: Count): string {
  const done = `Sealed anew: the tokens of ${tokens.sealed} git connections and ${keys.sealed} pairs of keys.`;
  const lost = tokens.lost + keys.lost;
  if (lost === 0) return `${done} Nothing is left under another key: SECRET_KEY_PREVIOUS can go.`;
  const which = `${tokens.lost} git connections and ${keys.lost} pairs of keys`;
  return `${done} Neither key opens those of ${which}: set SECRET_KEY_PREVIOUS to the key that sealed them, and run this again.`;
}
