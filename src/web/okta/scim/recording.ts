import type { RequestOutcome } from "../../../db/tables.ts";
import { type Exchange, requestRecord, type Told } from "../../../domain/activity/exchange.ts";
import { personName } from "../../../domain/directory/person.ts";
import { type Filter, printFilter } from "../../../protocols/scim/filter.ts";
import { isObject, member } from "../../../protocols/scim/json.ts";
import { keptQuery, speaksOfPassword } from "../../../protocols/scim/kept.ts";
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
  const told = c.error ? await toldOfRefusal(c, exchange, c.error) : toldOfAnswer(c, exchange);
  try {
    await c.get("parts").recorder.record(requestRecord(scope, exchange, told));
  } catch (error) {
    if (!c.error) throw error;
    c.get("parts").log.warn({ err: error, referenceId: c.get("referenceId") }, "a refused request was not recorded");
  }
}

function toldOfAnswer(c: Context, exchange: Exchange): Told {
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
    status: c.res.status,
    response: response ?? null,
  };
}

async function toldOfRefusal(c: Context, exchange: Exchange, error: Error): Promise<Told> {
  const { about } = exchange;
  const { status } = c.res;
  // A sentence about a filter or a path quotes it.
  const quotesPassword = /["\\]/.test(error.message) && speaksOfPassword(error.message);
  const { code, message, cause } = error instanceof Refusal ? error : overloaded(status);
  return {
    status,
    outcome: "refused",
    summary: `Refused to ${attempt(exchange.method)} ${about?.name ?? nameOf(exchange)}`,
    people: [...(about?.keys ?? []), ...keysOf(exchange)],
    groupId: about?.groupId ?? null,
    response: quotesPassword ? null : await c.res.clone().text(),
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
  const said = isObject(body) ? (member(body, "username") ?? member(body, "displayname")) : undefined;
  return typeof said === "string" && said !== "" ? said : (path.split("?")[0] ?? "");
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
  things: "users" | "groups",
  filter: Filter | undefined,
  { startIndex, count }: { readonly startIndex: number; readonly count: number },
  total: number,
  page: readonly (StoredUser | StoredGroup)[],
): void {
  const { exchange } = c.get("scope");
  if (exchange === undefined) return;
  const [first] = page;
  const only = total === 1 && first ? ("displayName" in first ? first.displayName : personName(first)) : undefined;
  const end = startIndex + page.length - 1;
  const numbers = page.length > 0 ? `${startIndex} to ${end} of ${total}` : `none of ${total}`;
  const found = only ?? (total === 0 ? "nobody" : `${total} ${things}`);
  const summary = filter
    ? `Looked for ${printFilter(filter)}: found ${things === "groups" && total === 0 ? "none" : found}`
    : count === 0
      ? `Counted the ${things}: ${total}`
      : `Read the ${things}: ${numbers}`;
  const ids = total <= 5 ? page.map((each) => each.id) : [];
  exchange.told = { outcome: "read", summary, people: filter ? [...values(filter), ...ids] : [] };
}

/** The texts that a filter compares with. */
function values(filter: Filter): string[] {
  if (filter.op === "and" || filter.op === "or") return filter.filters.flatMap(values);
  if (filter.op === "not" || filter.op === "values") return values(filter.filter);
  return filter.op !== "pr" && typeof filter.value === "string" ? [filter.value] : [];
}
