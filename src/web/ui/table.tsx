import type { Child } from "hono/jsx";

export interface Column {
  readonly label: string;
  /** For a column of acts: the label is there for screen readers only. */
  readonly quiet?: boolean | undefined;
  readonly align?: "start" | "end" | undefined;
}

interface TableProps {
  /** What the table holds; read out, not shown. */
  readonly caption: string;
  readonly columns: readonly Column[];
  /** The cells of each row, in the order of the columns. The first one names the row. */
  readonly rows: readonly (readonly Child[])[];
  /** The ids of the rows, in their order. */
  readonly ids?: readonly string[] | undefined;
  /** On a phone: rows become small cards (`stack`), or the table scrolls inside its card. */
  readonly narrow?: "stack" | "scroll" | undefined;
}

/** Rows of the same kind. Use it in a flush card. */
export function Table({ caption, columns, rows, ids, narrow = "stack" }: TableProps) {
  const table = (
    <table class={`table table-${narrow}`}>
      <caption class="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ label, quiet, align }) => (
            <th scope="col" class={align === "end" ? "end" : undefined}>
              {quiet ? <span class="visually-hidden">{label}</span> : label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((cells, index) => (
          <TableRow cells={cells} columns={columns} id={ids?.[index]} />
        ))}
      </tbody>
    </table>
  );
  if (narrow === "stack") return table;
  return (
    // What scrolls must be reachable with the keyboard.
    <section class="scroll" aria-label={caption} tabindex={0}>
      {table}
    </section>
  );
}

interface TableRowProps {
  readonly cells: readonly Child[];
  readonly columns: readonly Column[];
  /** By which the browser knows a row that it has already. */
  readonly id?: string | undefined;
}

/** One row of such a table, also by itself: what a page is sent while it is open. */
export function TableRow({ cells, columns, id }: TableRowProps) {
  return (
    <tr id={id}>
      {cells.map((cell, index) => {
        const column = columns[index];
        const align = column?.align === "end" ? "end" : undefined;
        if (index === 0) {
          return (
            <th scope="row" class={align}>
              {cell}
            </th>
          );
        }
        return (
          <td class={align} data-label={column?.quiet ? undefined : column?.label}>
            <div>{cell}</div>
          </td>
        );
      })}
    </tr>
  );
}
