import { lookup } from "node:dns";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { Refusal } from "../../refusal.ts";
import { isPublic } from "./addresses.ts";

/** Reads metadata from the address where an identity provider publishes it. */
export interface MetadataReader {
  /** The document's bytes; refuses (422 `metadataUrl`) with a sentence that says what is wrong. */
  read(url: string): Promise<Uint8Array>;
}

/** What an operator may choose otherwise; the limits are for tests. */
interface ReaderOptions {
  /** Whether the operator allows this host, or this address, although it is not public. */
  readonly allows: (hostOrAddress: string) => boolean;
  readonly bytes?: number;
  readonly milliseconds?: number;
}

const REDIRECTS = 3;

/**
 * A reader that whoever may type an address cannot turn on our own network (server-side request forgery): https alone, no
 * credentials, every address that a host has must be public, the connection goes to an address that was checked, and each
 * redirect is held to the same. At most 1 MiB and 10 seconds in all.
 */
export function createMetadataReader({
  allows,
  bytes = 1024 * 1024,
  milliseconds = 10_000,
}: ReaderOptions): MetadataReader {
  return {
    async read(url) {
      const signal = AbortSignal.timeout(milliseconds);
      let address = checkedUrl(url, allows);
      for (let redirects = 0; ; redirects += 1) {
        const answer = await ask(address, allows, signal);
        const next = redirectOf(answer, address);
        if (next === undefined) return await bodyOf(answer, bytes, signal);
        answer.destroy();
        if (redirects === REDIRECTS) throw refused(`This address leads on more than ${REDIRECTS} times.`);
        address = checkedUrl(next, allows);
      }
    },
  };
}

function checkedUrl(text: string, allows: ReaderOptions["allows"]): URL {
  if (!URL.canParse(text) || text.length > 2048) throw refused("This is not a URL.");
  const url = new URL(text);
  if (url.protocol !== "https:") throw refused("The address must begin with https://.");
  if (url.username || url.password) throw refused("The address must hold no user name and no password.");
  const host = hostOf(url);
  // Of an address nothing is looked up.
  if (isIP(host) && !isPublic(host) && !allows(host)) throw notPublic(host);
  return url;
}

/** Without the brackets of IPv6 and the dot of a complete name. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
}

function ask(url: URL, allows: ReaderOptions["allows"], signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = {
      accept: "application/samlmetadata+xml, application/xml, text/xml",
      "user-agent": "Semaphore-Okta",
    };
    const asked = request(url, { agent: false, headers, lookup: checkedLookup(allows), signal }, resolve);
    asked.once("error", (error) => reject(reasonOf(error, signal)));
    asked.end();
  });
}

/** The addresses that are checked are those that are connected to: between the two nobody can answer otherwise. */
function checkedLookup(allows: ReaderOptions["allows"]): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, "");
      const stray = addresses.find(({ address }) => !isPublic(address) && !allows(address));
      if (stray && !allows(host.toLowerCase())) return callback(notPublic(host), "");
      const [first] = addresses;
      if (options.all) return callback(null, addresses);
      return callback(null, first?.address ?? "", first?.family);
    });
  };
}

function redirectOf({ statusCode = 0, headers }: IncomingMessage, from: URL): string | undefined {
  if (![301, 302, 303, 307, 308].includes(statusCode)) return undefined;
  const { location = "" } = headers;
  if (!URL.canParse(location, from.href)) throw refused("This address leads on to something that is no address.");
  return new URL(location, from).href;
}

async function bodyOf(answer: IncomingMessage, limit: number, signal: AbortSignal): Promise<Uint8Array> {
  const { statusCode, headers } = answer;
  try {
    if (statusCode !== 200) throw refused(`The server there answered ${statusCode}, not 200.`);
    if ((headers["content-encoding"] ?? "identity") !== "identity") throw refused("The answer is compressed.");
    if (Number(headers["content-length"] ?? 0) > limit) throw tooLarge(limit);
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw tooLarge(limit);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    throw reasonOf(error, signal);
  } finally {
    answer.destroy();
  }
}

function reasonOf(error: unknown, signal: AbortSignal): Refusal {
  if (error instanceof Refusal) return error;
  if (signal.aborted) return refused("The server there took too long to answer.");
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return refused("There is no server of this name.");
  if (/CERT|TLS|SSL|ALTNAME|SELF_SIGNED|UNABLE_TO/.test(code)) {
    return refused(`The server there has no valid TLS certificate for this name (${code}).`);
  }
  return refused(`The server there could not be reached${code && ` (${code})`}.`);
}

function notPublic(host: string): Refusal {
  return refused(
    `${host} is not on the public internet, so nothing is fetched from there. ` +
      "The operator of this service can allow it with METADATA_ALLOW; or import the file.",
  );
}

function tooLarge(limit: number): Refusal {
  return refused(`The document is larger than ${Math.floor(limit / 1024)} KiB.`);
}

function refused(sentence: string): Refusal {
  return new Refusal(422, "metadataUrl", sentence, { check: "metadataUrl" });
}
