import { hostFailed } from "./call.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The answer as an object; 502 `git-host` for anything else. */
export function fieldsOf(name: string, body: unknown): Fields {
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Fields;
  throw hostFailed(name, "no object");
}

/** The answer as a list of objects. */
export function arrayOf(name: string, body: unknown): readonly Fields[] {
  if (Array.isArray(body)) return body.map((each) => fieldsOf(name, each));
  throw hostFailed(name, "no list");
}

/** A value that must be there, as text: ids are numbers at some hosts. */
export function textOf(name: string, field: string, value: unknown): string {
  if ((typeof value === "string" || typeof value === "number") && value !== "") return String(value).slice(0, 300);
  throw hostFailed(name, `no ${field}`);
}
