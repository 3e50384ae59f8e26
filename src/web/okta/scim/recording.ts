import type { RequestOutcome } from "../../../db/tables.ts";
import { type Exchange, requestRecord, type Told } from "../../../domain/activity/exchange.ts";
import { personName } from "../../../domain/directory/person.ts";
import { scimError } from "../../../protocols/scim/error.ts";
import { type Filter, printFilter } from "../../../protocols/scim/filter.ts";
import { isObject, member } from "../../../protocols/scim/json.ts";
import { keptBody, keptQuery, speaksOfPassword } from "../../../protocols/scim/kept.ts";
import type { ListQuery } from "../../../protocols/scim/list.ts";
import type { StoredGroup, StoredUser } from "../../../protocols/scim/resource.ts";
import { Refusal } from "../../../refusal.ts";
import type { Context } from "../../edge/context.ts";

/** What is known of a SCIM request as it comes through the door. */
export function beginExchange(c: Context): Exchange {
  const began = performance.now();
  const { pathname, searchParams } = new URL(c.req.url);
  return {
    method: c.req.method,
    path: `${pathname.replace(/^\/okta\/scim/, "")}${keptQuery(searchParams)}`,
    userAgent: c.req.header("user-agent"),
    elapsed: () => performance.now() - began,
    recorded: false,
  };
}

/**
 * Writes down what was asked and answered, before the answer leaves, unless the change that it made did so. Where it cannot
 * be written, a refusal leaves all the same; anything else is refused as overloaded, for nothing that was answered is lost.
 */
export async function keepRequest(c: Context): Promise<void> {
  const scope = c.get("scope");
  const exchange = scope?.exchange;
  if (exchange === undefined || (exchange.recorded && !c.error)) return;
  const { status } = c.res;
  const told = c.error
    ? toldOfRefusal(exchange, c.error, { status, response: await c.res.clone().text() })
    : toldOfAnswer(exchange, status);
  await write(c, exchange, told);
}

/** One operation of a bulk request, under the reference number of the whole; see `keepOperation`. */
export function beginOperation(whole: Exchange, method: string, path: string, data: unknown): Exchange {
  const began = performance.now();
  const elapsed = () => performance.now() - began;
  const { userAgent } = whole;
  const said = data === undefined ? {} : { body: data, request: keptBody(data) };
  return { method, path, userAgent, elapsed, ...said, recorded: false };
}

/** Writes an operation of a bulk request down as `keepRequest` does a request. */
export async function keepOperation(c: Context, exchange: Exchange, status: number, refusal?: Refusal): Promise<void> {
  if (exchange.recorded && !refusal) return;
  if (!refusal) return write(c, exchange, toldOfAnswer(exchange, status));
  const response = JSON.stringify(scimError(refusal.status, refusal.message, refusal.code));
  return write(c, exchange, toldOfRefusal(exchange, refusal, { status, response }));
}

async function write(c: Context, exchange: Exchange, told: Told): Promise<void> {
  const { recorder, log } = c.get("parts");
  try {
    await recorder.record(requestRecord(c.get("scope"), exchange, told));
  } catch (error) {
    if (told.outcome !== "refused") throw error;
    log.warn({ err: error, referenceId: c.get("referenceId") }, "a refused request was not recorded");
  }
}

function toldOfAnswer(exchange: Exchange, status: number): Told {
  const { told, about, response } = exchange;
  const outcome: RequestOutcome = "read";
  const summary = about ? `Read ${about.name}` : "Read";
  const people = about?.keys ?? [];
  return {
    outcome,
    summary,
    people,
    groupId: about?.groupId ?? null,
    ...told,
    status,
    response: response ?? null,
  };
}

function toldOfRefusal(exchange: Exchange, error: Error, answered: { status: number; response: string }): Told {
  const { about } = exchange;
  const { status, response } = answered;
  // A sentence about a filter or a path quotes it.
  const quotesPassword = /["\\]/.test(error.message) && speaksOfPassword(error.message);
  const { code, message, cause } = error instanceof Refusal ? error : overloaded(status);
  return {
    status,
    outcome: "refused",
    summary: `Refused to ${attempt(exchange.method)} ${about?.name ?? nameOf(exchange)}`,
    people: [...(about?.keys ?? []), ...keysOf(exchange)],
    groupId: about?.groupId ?? null,
    response: quotesPassword ? null : response,
    refusal: {
      code,
      sentence: quotesPassword ? "The request speaks of a password, so its answer is not kept." : message,
      ...cause,
    },
  };
}

/** What was not refused on purpose: the log has its cause under the reference number. */
function overloaded(status: number): Refusal {
  return status === 503
    ? new Refusal(503, "overloaded", "The service was busy.")
    : new Refusal(
        500,
        "internal",
        "Something went wrong on our side. The service's log has the cause under this number.",
      );
}

function attempt(method: string): string {
  const words: Readonly<Record<string, string>> = { POST: "add", PUT: "change", PATCH: "change", DELETE: "delete" };
  return words[method] ?? "read";
}

/** Whom or what a refused request meant, as it said itself. */
function nameOf({ body, path }: Exchange): string {
  const said = isObject(body) ? [member(body, "displayname"), member(body, "username")] : [];
  const name = said.find((each) => typeof each === "string" && each.trim() !== "");
  return String(name ?? path.split("?")[0]);
}

/** Ids, names and addresses that a refused request mentioned. */
function keysOf({ body, path }: Exchange): string[] {
  const id = /^\/Users\/([^/?]+)/.exec(path)?.[1];
  const given = isObject(body) ? body : {};
  const lists = [member(given, "emails"), member(given, "members")].flatMap((list) =>
    Array.isArray(list) ? list : [],
  );
  const values = lists.map((each) => (isObject(each) ? each["value"] : each));
  const said = [id, member(given, "username"), member(given, "externalid"), ...values.slice(0, 200)];
  return said.filter((each) => typeof each === "string");
}

/** What a lookup or a page of a list meant, in words, and whom it named. */
export function tellFound(
  c: Context,
  things: "users" | "groups" | "users and groups",
  filter: Filter | undefined,
  { startIndex, count, cursor }: Pick<ListQuery, "startIndex" | "count" | "cursor">,
  total: number,
  page: readonly (StoredUser | StoredGroup)[],
): void {
  const { exchange } = c.get("scope");
  if (exchange === undefined) return;
  const [first] = page;
  const only = total === 1 && first ? ("displayName" in first ? first.displayName : personName(first)) : undefined;
  const end = startIndex + page.length - 1;
  const numbers = page.length === 0 || cursor !== undefined ? `${page.length}` : `${startIndex} to ${end}`;
  const found = only ?? (total === 0 ? "nobody" : `${total} ${things}`);
  const summary = filter
    ? `Looked for ${printFilter(filter)}: found ${things !== "users" && total === 0 ? "none" : found}`
    : count === 0
      ? `Counted the ${things}: ${total}`
      : `Read the ${things}: ${numbers} of ${total}`;
  const ids = total <= 5 ? page.map((each) => each.id) : [];
  exchange.told = { outcome: "read", summary, people: filter ? [...values(filter), ...ids] : [] };
}

/** The texts that a filter compares with. */
function values(filter: Filter): string[] {
  if (filter.op === "and" || filter.op === "or") return filter.filters.flatMap(values);
  if (filter.op === "not" || filter.op === "values") return values(filter.filter);
  return filter.op !== "pr" && typeof filter.value === "string" ? [filter.value] : [];
}
