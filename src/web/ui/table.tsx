import type { Child } from "hono/jsx";

interface Column {
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
  /** On a phone: rows become small cards (`stack`), or the table scrolls inside its card. */
  readonly narrow?: "stack" | "scroll" | undefined;
}

/** Rows of the same kind. Use it in a flush card. */
export function Table({ caption, columns, rows, narrow = "stack" }: TableProps) {
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
        {rows.map((cells) => (
          <Row cells={cells} columns={columns} />
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

function Row({ cells, columns }: { readonly cells: readonly Child[]; readonly columns: readonly Column[] }) {
  return (
    <tr>
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
