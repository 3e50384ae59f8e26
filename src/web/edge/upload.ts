import { Refusal } from "../../refusal.ts";
import type { Context } from "./context.ts";
import { KIBIBYTE, readBytes, readForm } from "./size.ts";

/** A form that may hold files. */
export interface UploadedForm {
  /** What was typed; empty where the field was not sent. */
  text(name: string): string;
  /** What was chosen; undefined where nothing was, or an empty file. */
  file(name: string): Uint8Array | undefined;
}

/**
 * A form's fields and files, `multipart/form-data` (RFC 7578) at most so many bytes in all, or urlencoded. They
 * are counted before anything is taken apart. 400 `form` for a broken one, 413 `too-large`, 415 `content-type`.
 */
export async function readUpload(c: Context, limit = 2048 * KIBIBYTE): Promise<UploadedForm> {
  const type = c.req.header("content-type") ?? "";
  if (!/^multipart\/form-data\s*;/i.test(type)) {
    const form = await readForm(c);
    return { text: (name) => form.get(name) ?? "", file: () => undefined };
  }
  const parts = await partsOf(await readBytes(c, limit), type);
  return {
    text: (name) => parts.texts.get(name) ?? "",
    file: (name) => parts.files.get(name),
  };
}

/** Of fields with one name the first counts. */
async function partsOf(bytes: Uint8Array, type: string) {
  const texts = new Map<string, string>();
  const files = new Map<string, Uint8Array>();
  for (const [name, value] of await parsed(bytes, type)) {
    if (typeof value === "string") texts.set(name, texts.get(name) ?? value);
    else if (value.size > 0 && !files.has(name)) files.set(name, new Uint8Array(await value.arrayBuffer()));
  }
  return { texts, files };
}

/** No form here has as many fields; a parser would take half a second for what fits into two megabytes. */
const MOST_PARTS = 50;

async function parsed(bytes: Uint8Array, type: string): Promise<FormData> {
  if (countParts(bytes, type) > MOST_PARTS) throw new Refusal(400, "form", "The form has too many fields.");
  try {
    return await new Response(Buffer.from(bytes), { headers: { "content-type": type } }).formData();
  } catch {
    throw new Refusal(400, "form", "The form could not be read. Open the page and send it again.");
  }
}

/** Stops counting one beyond what is taken. */
function countParts(bytes: Uint8Array, type: string): number {
  const boundary = `--${/boundary="?([^";,\s]+)/i.exec(type)?.[1] ?? ""}`;
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let count = 0;
  for (let at = body.indexOf(boundary); at !== -1 && count <= MOST_PARTS; count++) {
    at = body.indexOf(boundary, at + boundary.length);
  }
  return count;
}
