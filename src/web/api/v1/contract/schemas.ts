import { z } from "zod";

/** Text that a database can keep: no control characters, at most so long. */
export function text(longest: number) {
  return z
    .string()
    .max(longest)
    .regex(/^\P{Cc}*$/u, { error: "This holds a character that cannot be shown, such as a line break." });
}

/** An opaque id. */
export const id = z.string().meta({ description: "Opaque: compare it, never read it." });

/** An instant that we answer. */
export const time = z.iso.datetime().meta({ description: "RFC 3339, UTC." });

/** An instant that we are sent. */
export const sentTime = z.iso
  .datetime({ offset: true, error: "This must be a time such as 2030-01-31T12:00:00Z (RFC 3339)." })
  .transform((value) => new Date(value))
  .meta({ description: "RFC 3339, with Z or an offset." });

/** The answer that has no body (204). */
export const nothing = z.undefined();

/** Every refusal (RFC 9457). */
export const problem = z
  .strictObject({
    type: z.literal("about:blank"),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: "A sentence that says what is wrong." }),
    code: z.string().meta({ description: "A stable word to decide on." }),
    reference: z.string().meta({ description: "The number under which the log tells more." }),
    errors: z
      .array(
        z.strictObject({
          pointer: z.string().optional().meta({ description: "JSON Pointer into the body: `#/owner/email`." }),
          parameter: z.string().optional().meta({ description: "The name of the query parameter." }),
          detail: z.string(),
        }),
      )
      .optional()
      .meta({ description: "Each wrong value (422)." }),
  })
  .meta({ id: "Problem" });
