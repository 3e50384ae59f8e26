import { Select, TextField } from "../field.tsx";
import { type AuditQuery, auditPath, isFiltered } from "./address.ts";

interface FilterFormProps {
  readonly query: AuditQuery;
  readonly errors: Readonly<Record<string, string>>;
  /** Every act, by its name, as people read it. */
  readonly acts: readonly { readonly value: string; readonly label: string }[];
}

/** Who, what and when: a form that makes a link to share. */
export function AuditFilterForm({ query, errors, acts }: FilterFormProps) {
  return (
    <search>
      <form class="filters filters-audit" method="get" action="/audit" novalidate={true}>
        <TextField name="person" label="Person" value={query.person} placeholder="Email, userName or name" />
        <Select
          name="act"
          label="What happened"
          value={query.act ?? ""}
          options={[{ value: "", label: "Anything" }, ...acts]}
        />
        <TextField
          name="from"
          label="From"
          type={errors["from"] ? "text" : "date"}
          value={query.from}
          error={errors["from"]}
        />
        <TextField name="to" label="To" type={errors["to"] ? "text" : "date"} value={query.to} error={errors["to"]} />
        <TextField
          name="reference"
          label="Reference number"
          value={query.reference}
          placeholder="3PK9Y-A9P3G"
          mono={true}
        />
        <div class="filters-acts">
          <button class="button button-secondary" type="submit">
            Filter
          </button>
          {isFiltered(query) && <a href={auditPath({})}>Clear</a>}
        </div>
      </form>
    </search>
  );
}
