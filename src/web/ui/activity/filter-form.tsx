import type { RequestFilter } from "../../../domain/activity/filter.ts";
import { Select, TextField } from "../field.tsx";
import { OUTCOME_WORDS } from "./activity-row.tsx";
import { activityPath } from "./address.ts";
import { ATTEMPT_WORDS } from "./attempt-words.ts";

const OUTCOMES = [
  { value: "", label: "Any" },
  ...Object.entries({ ...OUTCOME_WORDS, ...ATTEMPT_WORDS }).map(([value, label]) => ({ value, label })),
];

const KINDS = [
  { value: "", label: "Everything" },
  { value: "sign-in", label: "Sign-ins" },
  { value: "scim", label: "Directory (SCIM)" },
];

/** Who, which group, what became of it: a form that makes a link to share. */
export function FilterForm({ filter }: { readonly filter: RequestFilter }) {
  const { kind, person, group, outcome, reference, reads } = filter;
  return (
    <search>
      <form class="filters" method="get" action={activityPath({ reads: false })}>
        <Select name="kind" label="Show" value={kind ?? ""} options={KINDS} />
        <TextField name="person" label="Person" value={person} placeholder="Email, userName or name" />
        <TextField name="group" label="Group" value={group} placeholder="Name or id" />
        <Select name="outcome" label="Outcome" value={outcome ?? ""} options={OUTCOMES} />
        <TextField name="reference" label="Reference number" value={reference} placeholder="3PK9Y-A9P3G" mono={true} />
        <div class="radio filters-switch">
          <input type="checkbox" id="field-reads" name="reads" value="on" checked={reads} />
          <label for="field-reads">Show lookups and reads</label>
        </div>
        <div class="filters-acts">
          <button class="button button-secondary" type="submit">
            Filter
          </button>
          {isFiltered(filter) && <a href={activityPath({ reads: false })}>Clear</a>}
        </div>
      </form>
    </search>
  );
}

/** Whether anything but reads is left out. */
export function isFiltered({ kind, person, group, outcome, reference }: RequestFilter): boolean {
  return Boolean(kind || person || group || outcome || reference);
}
