import { type ReadMetadata, readMetadata } from "../../domain/integration/metadata.ts";
import { metadataText } from "../../protocols/saml/metadata.ts";
import { Refusal } from "../../refusal.ts";
import type { Context } from "./context.ts";
import type { FieldErrors } from "./fields.ts";
import type { UploadedForm } from "./upload.ts";

/** Metadata that a form brought, read and checked; with its address where it came from one. */
export interface GivenMetadata {
  readonly read: ReadMetadata;
  readonly url: string | null;
}

/** The fields that metadata is given by: its address, its file or its text. */
type MetadataField = "metadataUrl" | "metadataFile" | "metadataXml";

/** The metadata in the form, by whichever of the three fields is filled; or what is wrong, beside its field. */
export async function metadataIn(
  c: Context,
  form: UploadedForm,
): Promise<
  { readonly given: GivenMetadata; readonly errors?: never } | { readonly given?: never; readonly errors: FieldErrors }
> {
  const url = form.text("metadataUrl").trim();
  const file = form.file("metadataFile");
  const xml = form.text("metadataXml").trim();
  const filled = [url && "metadataUrl", file && "metadataFile", xml && "metadataXml"].filter(Boolean);
  const [field, second] = filled as MetadataField[];
  if (field === undefined) return { errors: { metadataUrl: "Give the metadata's address, its file, or its text." } };
  if (second) return { errors: { [second]: "Give the metadata once: by its address, its file, or its text." } };
  try {
    if (url) return { given: { read: await metadataAt(c, url), url } };
    return { given: { read: readMetadata(file ? metadataText(file) : xml, c.var.now), url: null } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { errors: { [field]: error.message } };
  }
}

/** Fetches metadata and reads it; a refusal says what is wrong with the address, the answer or the document. */
export async function metadataAt(c: Context, url: string): Promise<ReadMetadata> {
  return readMetadata(metadataText(await c.var.parts.metadata.read(url)), c.var.now);
}
