import { addGroup } from "./groups.ts";
import type { Org } from "./org.ts";
import { addPerson } from "./people.ts";

const PEOPLE = [
  ["Ada", "Park"],
  ["Bo", "Li"],
  ["Grace", "Holm"],
  ["Mateo", "Ruiz"],
  ["Ngozi", "Eze"],
] as const;

/** A few people, not assigned, and two groups, so that there is something to click. */
export function addDemoPeople(org: Org): void {
  const ids = PEOPLE.map(([firstName, lastName]) => {
    const email = `${firstName}.${lastName}@example.test`.toLowerCase();
    return addPerson(org, { firstName, lastName, email }).id;
  });
  addGroup(org, { name: "Engineering", memberIds: ids.slice(0, 3) });
  addGroup(org, { name: "Platform Team", memberIds: ids.slice(0, 2) });
}
