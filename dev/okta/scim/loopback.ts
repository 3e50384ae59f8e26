import { lookup } from "node:dns";
import type { LookupFunction } from "node:net";

/**
 * Resolves `localhost` and every name below it to 127.0.0.1 (RFC 6761 §6.3), where the system's resolver may not know
 * `acme.localhost`. Every other name is left to the system.
 */
export const lookupLocalhost: LookupFunction = (hostname, options, callback) => {
  if (hostname !== "localhost" && !hostname.endsWith(".localhost")) {
    lookup(hostname, options, callback);
    return;
  }
  if (options.all === true) process.nextTick(callback, null, [{ address: "127.0.0.1", family: 4 }]);
  else process.nextTick(callback, null, "127.0.0.1", 4);
};
