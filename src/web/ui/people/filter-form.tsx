import type { MemberFilter } from "../../../domain/members/members.ts";
import { Select, TextField } from "../field.tsx";
import { isFiltered } from "./address.ts";
import { ROLE_WORDS, SOURCE_WORDS, STANDING_WORDS } from "./words.ts";

const choices = (words: Readonly<Record<string, string>>) => [
  { value: "", label: "Any" },
  ...Object.entries(words).map(([value, label]) => ({ value, label })),
];

/** Whom to show: a form that makes a link to share. */
export function PeopleFilterForm({ filter }: { readonly filter: MemberFilter }) {
  const { q, role, source, standing } = filter;
  return (
    <search>
      <form class="filters" method="get" action="/people">
        <TextField name="q" label="Search by name or email" value={q} placeholder="Name or email" />
        <Select name="standing" label="State" value={standing ?? ""} options={choices(STANDING_WORDS)} />
        <Select name="role" label="Role" value={role ?? ""} options={choices(ROLE_WORDS)} />
        <Select name="source" label="Source" value={source ?? ""} options={choices(SOURCE_WORDS)} />
        <div class="filters-acts filters-acts-whole">
          <button class="button button-secondary" type="submit">
            Search
          </button>
          {isFiltered(filter) && <a href="/people">Show everybody</a>}
        </div>
      </form>
    </search>
  );
}
