import { type ReadMetadata, readMetadata } from "../../../../../domain/integration/metadata.ts";
import { Refusal } from "../../../../../refusal.ts";
import type { Context } from "../../../../edge/context.ts";
import { InvalidValues } from "../../../../edge/invalid-values.ts";
import { metadataAt } from "../../../../edge/metadata-fields.ts";

/** The values that an identity provider's metadata tells; 422 at `#/metadataXml` for whatever is wrong with it. */
export function metadataOf(c: Context, xml: string): Promise<ReadMetadata> {
  return pointing("#/metadataXml", async () => readMetadata(xml, c.var.now));
}

/** The same, from its address; 422 at `#/metadataUrl`. */
export function metadataFrom(c: Context, url: string): Promise<ReadMetadata> {
  return pointing("#/metadataUrl", () => metadataAt(c, url));
}

async function pointing(pointer: string, read: () => Promise<ReadMetadata>): Promise<ReadMetadata> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new InvalidValues([{ pointer, detail: error.message }], error.code);
  }
}
