import type { Org } from "../org.ts";
import { type Ask, type Exchange, exchange, reasonPhrase } from "./exchange.ts";

/** A task that Okta gave up; the message is the sentence that its admin reads. */
class TaskFailed extends Error {
  override readonly name = "TaskFailed";
}

/** An answer that was good: its body as JSON, undefined when there was none. */
export interface Answer {
  readonly json: unknown;
  readonly entry: Exchange;
}

/** What is asked, and how the admin's sentence begins should it fail (`Error while creating user ada@…`). */
export interface Call extends Ask {
  readonly onFailure: string;
  /** A status other than 2xx that Okta takes as an answer all the same. */
  readonly tolerate?: number;
}

/**
 * One request with Okta's patience: after a 429 it waits the seconds of an integer `Retry-After`; any other value counts as
 * none, and then it waits 5 minutes, doubling, and gives up after 10 tries. Throws TaskFailed with the admin's sentence.
 */
export async function call(org: Org, ask: Call): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    const entry = await exchange(org, ask);
    if (entry.status === 429 && tries < 10) {
      entry.error = sentence(ask, entry);
      await org.pace.wait(retryAfterMs(entry) ?? 300_000 * 2 ** (tries - 1));
      continue;
    }
    return judge(ask, entry);
  }
}

/** Marks an answer, whose status was fine, as failed for a reason found in its body. Throws. */
export function fail(answer: Answer, message: string): never {
  answer.entry.error = message;
  throw new TaskFailed(message);
}

function judge(ask: Call, entry: Exchange): Answer {
  if (entry.status === ask.tolerate) return { json: undefined, entry };
  if (entry.status < 200 || entry.status > 299) {
    entry.error = sentence(ask, entry);
    throw new TaskFailed(entry.error);
  }
  if (entry.responseBody === "") return { json: undefined, entry };
  const json = parse(entry.responseBody);
  if (json === undefined) {
    entry.error = `${ask.onFailure}: ${invalidJson(entry.responseBody)}`;
    throw new TaskFailed(entry.error);
  }
  return { json, entry };
}

function sentence(ask: Call, entry: Exchange): string {
  if (entry.status === 0) return `${ask.onFailure}: ${entry.error}`;
  const start = `${ask.onFailure}: ${reasonPhrase(entry.status)}.`;
  if (entry.responseBody === "") return start;
  const json = parse(entry.responseBody);
  const detail = (json as { detail?: unknown } | undefined)?.detail;
  if (json === undefined) return `${start} Errors reported by remote server: ${invalidJson(entry.responseBody)}`;
  return typeof detail === "string" ? `${start} Errors reported by remote server: ${detail}` : start;
}

/** The object or array that the text holds; undefined when it is not JSON. */
function parse(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function invalidJson(text: string): string {
  const first = text.trimStart().charAt(0);
  return `Invalid JSON: Unexpected character ('${first}' (code ${first.charCodeAt(0)})): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`;
}

function retryAfterMs(entry: Exchange): number | undefined {
  const value = entry.responseHeaders["retry-after"] ?? "";
  return /^\d+$/.test(value) ? Number(value) * 1000 : undefined;
}
