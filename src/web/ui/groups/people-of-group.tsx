import { Person } from "../avatar.tsx";
import { Badge } from "../badge.tsx";
import { Button } from "../button.tsx";
import { Table } from "../table.tsx";

/** Somebody in a group. */
export interface GroupPerson {
  readonly memberId: string | null;
  readonly name: string;
  readonly email: string;
  readonly deactivated: boolean;
  readonly byHand: boolean;
  readonly mapped: boolean;
}

interface PeopleOfGroupProps {
  readonly group: { readonly id: string; readonly source: "scim" | "manual" };
  readonly people: readonly GroupPerson[];
  /** Whether those who were added by hand can be removed here. */
  readonly removable: boolean;
}

/** Who is in a group, and how they came there. */
export function PeopleOfGroup({ group, people, removable }: PeopleOfGroupProps) {
  const columns = [{ label: "Person" }, { label: "By" }];
  return (
    <Table
      caption="People in this group"
      columns={removable ? [...columns, { label: "Remove", quiet: true }] : columns}
      rows={people.map((person) => [
        <Person
          name={person.name}
          email={person.email}
          href={person.memberId === null ? undefined : `/people/${person.memberId}`}
        />,
        <How person={person} pushed={group.source === "scim"} />,
        ...(removable ? [<Remove groupId={group.id} person={person} />] : []),
      ])}
    />
  );
}

function How({ person, pushed }: { readonly person: GroupPerson; readonly pushed: boolean }) {
  const ways = [
    ...(pushed ? ["Pushed"] : []),
    ...(person.byHand ? ["By hand"] : []),
    ...(person.mapped ? ["Mapping"] : []),
  ];
  return (
    <>
      {ways.join(" and ")}
      {person.deactivated && (
        <>
          {" "}
          <Badge tone="danger">Deactivated</Badge>
        </>
      )}
      {person.memberId === null && (
        <>
          {" "}
          <Badge tone="warning">No member</Badge>
        </>
      )}
    </>
  );
}

function Remove({ groupId, person }: { readonly groupId: string; readonly person: GroupPerson }) {
  if (!person.byHand || person.memberId === null) return <span class="hint">By the mapping</span>;
  return (
    <form method="post" action={`/groups/${groupId}/members`}>
      <input type="hidden" name="remove" value={person.memberId} />
      <Button kind="secondary" working="Removing…">
        Remove<span class="visually-hidden"> {person.name}</span>
      </Button>
    </form>
  );
}
