type Change = Readonly<Record<string, unknown>> | null;

/** One thing that is other than before. Absent: it was not there. */
export interface Difference {
  /** Such as `name.familyName`. */
  readonly what: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What a recorded change says of before and after, line by line: the single values that differ. */
export function differences(change: Change): readonly Difference[] {
  const [before, after] = [flat(change?.["before"]), flat(change?.["after"])];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names
    .map((what) => ({ what, before: before.get(what), after: after.get(what) }))
    .filter((each) => each.before !== each.after);
}

/** What else a change came to, such as how many joined a group: the words for it, and how many or what. */
export function effects(change: Change): readonly (readonly [label: string, value: string])[] {
  return Object.entries(change ?? {})
    .filter(([name, value]) => name !== "before" && name !== "after" && value !== 0 && value !== null)
    .map(([name, value]) => [EFFECTS[name] ?? name, shown(value)]);
}

const EFFECTS: Readonly<Record<string, string>> = {
  added: "People added",
  removed: "People removed",
  came: "Who came",
  went: "Who went",
  member: "The member here was",
};

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Each single value by its path. A text alone is the name of what was changed. */
function flat(value: unknown, path = "", found = new Map<string, string>()): Map<string, string> {
  if (value === null || value === undefined) return found;
  if (typeof value !== "object") return found.set(path || "displayName", String(value));
  for (const [name, inner] of Object.entries(value)) {
    const step = Array.isArray(value) ? `[${Number(name) + 1}]` : path ? `.${name}` : name;
    flat(inner, path + step, found);
  }
  return found;
}
