import { Refusal } from "../../refusal.ts";

/** How long a host may take for one answer, in milliseconds, and how much of it is read, in bytes. */
const PATIENCE = 10_000;
const LARGEST = 256 * 1024;

/** 403 `git-token`: the token is revoked or expired, the host does not know it any more. */
export class TokenRefused extends Refusal {
  constructor(name: string) {
    const sentence = `${name} does not know this connection any more. Connect again.`;
    super(403, "git-token", sentence, {
      check: "token",
      wanted: `one that ${name} takes`,
      got: "a revoked or expired one",
    });
  }
}

/**
 * One request to a git host, read whole: a host that is slow, or that does not stop talking, is 502 `git-host`. Redirects
 * are not followed: a token goes where the configuration says, and nowhere else.
 */
export async function call(name: string, url: string | URL, init: RequestInit = {}): Promise<Response> {
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const headers = new Headers(init.headers);
    headers.set("user-agent", "semaphore-okta");
    const response = await fetch(url, { ...init, headers, redirect: "manual", signal });
    const body = await readCapped(response);
    const { status, headers: answered } = response;
    return new Response([204, 205, 304].includes(status) ? null : body, { status, headers: answered });
  } catch (error) {
    throw hostFailed(name, error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 200) : "an error");
  }
}

/** The JSON of a successful answer; `TokenRefused` for 401. */
export async function callForJson(name: string, url: string, init: RequestInit): Promise<JsonAnswer> {
  const response = await call(name, url, init);
  if (response.status === 401) throw new TokenRefused(name);
  if (!response.ok) throw hostFailed(name, `status ${response.status} from ${new URL(url).pathname}`);
  try {
    return { body: await response.json(), headers: response.headers };
  } catch {
    throw hostFailed(name, `something else than JSON from ${new URL(url).pathname}`);
  }
}

export interface JsonAnswer {
  readonly body: unknown;
  readonly headers: Headers;
}

/** What is told of a host that does not work as it should: 502, with the cause for the administrator. */
export function hostFailed(name: string, got: string): Refusal {
  const sentence = `${name} does not answer as it should. Nothing was changed: try again in a moment.`;
  return new Refusal(502, "git-host", sentence, { check: "git host", wanted: `an answer of ${name}`, got });
}

async function readCapped(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > LARGEST) throw new Error(`more than ${LARGEST} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
