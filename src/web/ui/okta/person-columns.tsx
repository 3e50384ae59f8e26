import type { Alike } from "../../../domain/directory/duplicates.ts";
import { Person } from "../avatar.tsx";
import { Table } from "../table.tsx";
import { Time } from "../time.tsx";

const ROLES = { owner: "Owner", admin: "Admin", member: "Member" } as const;
const SOURCES = { manual: "By hand", scim: "SCIM", jit: "Just in time" } as const;

/** Two members, and what each of them has. */
export function PersonColumns({ one, other }: { one: Alike; other: Alike }) {
  const columns = ["Person", "Role", "In the directory as", "Joined"].map((label) => ({ label }));
  const rows = [one, other].map((each) => [
    <Person name={each.name} email={each.email} href={`/people/${each.id}`} />,
    <>
      {ROLES[each.role]} <span class="hint">{SOURCES[each.source]}</span>
    </>,
    each.userName ?? "Not known there",
    <Time at={each.joinedAt} dateOnly={true} />,
  ]);
  return <Table caption="The two of them" columns={columns} rows={rows} />;
}
