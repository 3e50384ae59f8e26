import type { z } from "zod";
import { Refusal } from "../../../../refusal.ts";
import type { Context } from "../../../edge/context.ts";
import { InvalidValues, type WrongValue } from "../../../edge/invalid-values.ts";
import { MEBIBYTE, readText } from "../../../edge/size.ts";

/** So many wrong values are named at most. */
const MOST = 20;

/**
 * The request's body, checked. Refuses what is not sent as JSON (415 `content-type`), is larger than 1 MiB (413 `too-large`),
 * is not JSON (400 `json`), and wrong values, each by its pointer (422 `invalid`). No body is `{}` where nothing is required.
 */
export async function readBody<Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.output<Schema>> {
  const text = await readText(c, MEBIBYTE);
  if (text === "" && schema.safeParse({}).success) return schema.parse({});
  const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new Refusal(415, "content-type", "This address takes JSON: send it with Content-Type: application/json.");
  }
  return checked(schema, parseJson(text), (path) => ({ pointer: pointerTo(path) }));
}

/** The request's query, checked; wrong and unknown parameters are named (422 `invalid`). */
export function readQuery<Schema extends z.ZodType>(c: Context, schema: Schema): z.output<Schema> {
  return checked(schema, c.req.query(), (path) => ({ parameter: String(path[0] ?? "") }));
}

/**
 * Runs steps that check values one by one. A refusal whose code is the name of one of these fields becomes a 422 that
 * points at the field below `pointer`.
 */
export async function pointingAt<T>(pointer: string, fields: readonly string[], steps: () => T): Promise<Awaited<T>> {
  try {
    return await steps();
  } catch (error) {
    const wrong = error instanceof Refusal && !(error instanceof InvalidValues) && fields.includes(error.code);
    if (!wrong || (error.status !== 400 && error.status !== 422)) throw error;
    throw new InvalidValues([{ pointer: `${pointer}/${error.code}`, detail: error.message }], error.code);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, "json", "The body is not JSON.");
  }
}

type Place = (path: readonly PropertyKey[]) => { pointer: string } | { parameter: string };

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, place: Place): z.output<Schema> {
  const result = schema.safeParse(value, { error: (issue) => sentence(issue as Issue) });
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap((issue): WrongValue[] => {
    if (issue.code !== "unrecognized_keys") return [{ ...place(issue.path), detail: issue.message }];
    return issue.keys.map((key) => ({
      ...place([...issue.path, key.slice(0, 100)]),
      detail: "This is not known here.",
    }));
  });
  throw new InvalidValues(errors.slice(0, MOST));
}

/** RFC 6901 §3 and §6. */
function pointerTo(path: readonly PropertyKey[]): string {
  const steps = path.map((step) => encodeURIComponent(String(step).replaceAll("~", "~0").replaceAll("/", "~1")));
  return ["#", ...steps].join("/");
}

type Issue = z.core.$ZodIssue & { readonly input?: unknown };

const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "an object",
  array: "a list",
};

/** What is wrong with a value, in words; undefined leaves it to the schema. */
function sentence(issue: Issue): string | undefined {
  if (issue.input === undefined) return "This is required.";
  if (issue.code === "invalid_type") return `This must be ${KINDS[issue.expected] ?? issue.expected}.`;
  if (issue.code === "invalid_value") return `This must be one of ${issue.values.join(", ")}.`;
  if (issue.code !== "too_big" && issue.code !== "too_small") return undefined;
  const bound = issue.code === "too_big" ? `at most ${issue.maximum}` : `at least ${issue.minimum}`;
  return issue.origin === "string" ? `This must have ${bound} characters.` : `This must be ${bound}.`;
}
