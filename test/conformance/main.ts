import { examine } from "./examine.ts";
import { findLoopback } from "./loopback.ts";

/** `npm run conformance -- URL TOKEN`: a line for each check; ends with 1 where one failed, with 2 where it could not begin. */
const [url, token] = process.argv.slice(2);
if (url === undefined || token === undefined || !URL.canParse(url)) {
  process.stderr.write(
    "Usage: npm run conformance -- URL TOKEN\nURL: the SCIM base URL, as https://acme.example.com/okta/scim\n",
  );
  process.exit(2);
}
findLoopback();
try {
  const { ok, FAIL, note, skip } = await examine(url, token, (line) => process.stdout.write(`${line}\n`));
  process.stdout.write(`${ok} ok, ${FAIL} failed, ${note} noted, ${skip} skipped\n`);
  process.exitCode = FAIL > 0 ? 1 : 0;
} catch (error) {
  const { message, cause } = error as Error;
  process.stderr.write(
    `${url} could not be examined: ${message}${cause instanceof Error ? ` (${cause.message})` : ""}\n`,
  );
  process.exitCode = 2;
}
