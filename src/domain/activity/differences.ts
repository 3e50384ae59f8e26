/** One thing that a request changed. Absent: it was not there. */
export interface Difference {
  /** Such as `name.familyName`. */
  readonly what: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/**
 * What a recorded change comes to, line by line: of `{before, after}` the values that differ, of anything else, such as the
 * counts of a group, each value as what is there after.
 */
export function differences(change: Readonly<Record<string, unknown>> | null): readonly Difference[] {
  if (!change) return [];
  const compares = "before" in change || "after" in change;
  const [before, after] = compares ? [flat(change["before"]), flat(change["after"])] : [new Map(), flat(change)];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names
    .map((what) => ({ what: what || "value", before: before.get(what), after: after.get(what) }))
    .filter((each) => each.before !== each.after);
}

/** Each single value by its path. */
function flat(value: unknown, path = "", found = new Map<string, string>()): Map<string, string> {
  if (value === null || value === undefined) return found;
  if (typeof value !== "object") return found.set(path, String(value));
  for (const [name, inner] of Object.entries(value)) {
    const step = Array.isArray(value) ? `[${Number(name) + 1}]` : path ? `.${name}` : name;
    flat(inner, path + step, found);
  }
  return found;
}
