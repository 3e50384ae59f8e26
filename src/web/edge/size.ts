import { Refusal } from "../../refusal.ts";
import type { Context } from "./context.ts";

export const KIBIBYTE = 1024;
export const MEBIBYTE = 1024 * KIBIBYTE;

/**
 * The body of a request as text, at most so many bytes: 413 `too-large` beyond, before it is read where its length is
 * announced, else as soon as it is reached. 400 `encoding` for what is not UTF-8.
 */
export async function readText(c: Context, limit: number): Promise<string> {
  const bytes = await readBytes(c, limit);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal(400, "encoding", "The body is not UTF-8 text.");
  }
}

/** The same as bytes. */
export async function readBytes(c: Context, limit: number): Promise<Uint8Array> {
  const announced = Number(c.req.header("content-length") ?? Number.NaN);
  if (announced > limit) throw tooLarge(limit);
  return Number.isNaN(announced) ? await count(c, limit) : new Uint8Array(await c.req.arrayBuffer());
}

/** A form's fields (`application/x-www-form-urlencoded`); 415 `content-type` for anything else. */
export async function readForm(c: Context, limit = 512 * KIBIBYTE): Promise<URLSearchParams> {
  const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") {
    throw new Refusal(415, "content-type", "This address takes a form: application/x-www-form-urlencoded.");
  }
  return new URLSearchParams(await readText(c, limit));
}

async function count(c: Context, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of c.req.raw.body ?? []) {
    size += chunk.byteLength;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(limit: number): Refusal {
  const shown = limit >= MEBIBYTE ? `${limit / MEBIBYTE} MiB` : `${limit / KIBIBYTE} KiB`;
  return new Refusal(413, "too-large", `The body is larger than ${shown}, which is the most that this address takes.`);
}
