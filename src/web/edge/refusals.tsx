import type { ContentfulStatusCode } from "hono/utils/http-status";
import { refusedForLastOwner } from "../../domain/organizations/organizations.ts";
import { isScimType, scimError } from "../../protocols/scim/error.ts";
import { Refusal } from "../../refusal.ts";
import { renderPage } from "../ui/page.tsx";
import { RefusalPage } from "../ui/refusal-page.tsx";
import type { Context } from "./context.ts";
import { scimHeaders } from "./headers.ts";
import { InvalidValues } from "./invalid-values.ts";
import { TooMany } from "./rate-limits.ts";
import { shellOf } from "./shell.ts";

/** What the one who asked reads instead of an answer, in the form that they understand. A 5xx never shows its cause. */
export async function refuse(error: unknown, c: Context): Promise<Response> {
  const refusal = refusalOf(error, c);
  const headers = headersOf(refusal);
  const { status, code, message } = refusal;
  if (c.get("dress") === "scim") {
    const body = scimError(status, message, isScimType(code) ? code : undefined);
    return c.body(JSON.stringify(body), status as ContentfulStatusCode, { ...headers, ...scimHeaders(c) });
  }
  if (c.get("dress") === "problem") {
    const body = {
      type: "about:blank",
      title: titleOf(status),
      status,
      detail: message,
      code,
      reference: c.get("referenceId"),
      ...(refusal instanceof InvalidValues && { errors: refusal.errors }),
    };
    return c.body(JSON.stringify(body), status as ContentfulStatusCode, {
      ...headers,
      "Content-Type": "application/problem+json",
    });
  }
  return refusalPage(c, refusal, headers);
}

/** What was thrown, as a refusal that is counted, and logged where it is a mistake of ours. */
export function refusalOf(error: unknown, c: Context): Refusal {
  const ruled = refusedForLastOwner(error);
  const refusal = ruled instanceof Refusal ? ruled : unexpected(error, c);
  c.get("parts").metrics.refused(refusal);
  return refusal;
}

/** The refusal as a page. */
export async function refusalPage(
  c: Context,
  refusal: Refusal,
  headers: Record<string, string> = {},
  more: {
    title?: string;
    retry?: { label: string; href: string };
    meaning?: string;
    whomToAsk?: readonly string[];
  } = {},
): Promise<Response> {
  const page = (
    <RefusalPage
      shell={shellOf(c)}
      title={titleOf(refusal.status)}
      sentence={refusal.message}
      reference={c.get("referenceId")}
      {...more}
    />
  );
  return c.html(await renderPage(page), refusal.status as ContentfulStatusCode, headers);
}

function unexpected(error: unknown, c: Context): Refusal {
  const parts = c.get("parts");
  const referenceId = c.get("referenceId");
  if (isOverload(error)) {
    parts.log.warn({ referenceId, reason: (error as Error).message }, "overloaded");
    return new Refusal(503, "overloaded", "The service is busy: try again in a moment.");
  }
  parts.log.error({ err: error, referenceId, path: c.req.path }, "unexpected error");
  return new Refusal(500, "internal", "Something went wrong on our side. Nothing was changed.");
}

/** A full pool, a statement that took too long, a database that is just starting or gone. */
function isOverload(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return (
    /timeout exceeded when trying to connect|Connection terminated|not queryable/.test(message ?? "") ||
    ["57014", "57P01", "57P02", "57P03", "53300", "25P03", "ECONNREFUSED", "ECONNRESET", "ENOENT"].includes(code ?? "")
  );
}

function headersOf(refusal: Refusal): Record<string, string> {
  if (refusal.status === 401) return { "WWW-Authenticate": 'Bearer realm="okta"' };
  // In seconds: Okta understands no date.
  if (refusal instanceof TooMany) return { "Retry-After": String(refusal.seconds) };
  if (refusal.status === 503) return { "Retry-After": "2" };
  if (refusal.status === 405 && refusal.cause.wanted) return { Allow: refusal.cause.wanted };
  return {};
}

const TITLES: Readonly<Record<number, string>> = {
  400: "We could not read that",
  401: "You are signed out",
  403: "You may not do that",
  404: "There is nothing here",
  405: "That does not work here",
  409: "That cannot be done now",
  413: "That is too large",
  415: "That is in the wrong form",
  422: "Something is not right yet",
  429: "Too many at once",
  503: "The service is busy",
};

function titleOf(status: number): string {
  return TITLES[status] ?? "Something went wrong";
}
