import { z } from "zod";
import { isId } from "../../../../db/id.ts";

/** The query of every list: where to go on, and how many at most. */
export const pageQuery = z.strictObject({
  cursor: z
    .string()
    .transform((cursor, context) => {
      const after = Buffer.from(cursor, "base64url").toString();
      if (isId(after)) return after;
      context.addIssue({ code: "custom", message: "This is not a cursor of this list: send nextCursor as it came." });
      return z.NEVER;
    })
    .optional()
    .meta({ description: "`nextCursor` of the page before." }),
  limit: z.coerce.number().int().min(1).max(200).default(50).meta({ description: "How many items at most." }),
});

/** A list's answer as it is described: `nextCursor` is null on the last page. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  const nextCursor = z
    .string()
    .nullable()
    .meta({ description: "Send it as `cursor` for the next page; null: the end." });
  return z.strictObject({ items: z.array(item), nextCursor });
}

/** A page of `limit` rows from those found, one more than which was asked for, to know whether there is a next page. */
export function page<Row extends { readonly id: string }, Item>(
  rows: readonly Row[],
  limit: number,
  render: (row: Row) => Item,
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return { items: shown.map(render), nextCursor: last ? Buffer.from(last.id).toString("base64url") : null };
}
