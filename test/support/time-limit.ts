import { basename } from "node:path";

/**
 * Loaded into each test file before it runs: one that has not ended after five minutes fails by name and says what keeps
 * it. The runner's own limit ends a test, but not a file whose tests are all done while something that they left goes on.
 */
const LIMIT_MS = 300_000;

// The runner itself is loaded with it too, and goes on for longer.
if (process.env["NODE_TEST_CONTEXT"]) setTimeout(giveUp, LIMIT_MS).unref();

function giveUp(): never {
  const kept = process.getActiveResourcesInfo().join(", ");
  const name = basename(process.argv[1] ?? "");
  process.stderr.write(`${name} did not end in ${LIMIT_MS / 60_000} minutes. It is kept by ${kept}.\n`);
  process.exit(1);
}
