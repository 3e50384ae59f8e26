import { Refusal } from "../../../../../refusal.ts";
import type { Context } from "../../../../edge/context.ts";
import { readForm } from "../../../../edge/size.ts";

const CODES = /^[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}(?: [0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}){0,19}$/;

/**
 * `POST /settings/okta/enforcement/codes/file`: the codes that the page shows, as a file. They come with the form, for no
 * copy of them is kept here; nothing but codes is given back.
 */
export async function downloadCodes(c: Context): Promise<Response> {
  const codes = (await readForm(c)).get("codes") ?? "";
  if (!CODES.test(codes)) throw new Refusal(422, "codes", "These are not recovery codes: make new ones.");
  const { organization, session, parts } = c.var;
  const lines = [
    `Recovery codes for ${organization.name}, ${parts.config.productName}`,
    `Each lets ${session.email} in once, at ${organization.url}/sign-in/recovery`,
    "",
    ...codes.split(" "),
    "",
  ];
  return c.body(lines.join("\r\n"), 200, {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Disposition": `attachment; filename="recovery-codes-${organization.slug}.txt"`,
  });
}
