import type { Member } from "../../../domain/members/members.ts";
import { activityPath } from "../activity/address.ts";
import { Person } from "../avatar.tsx";
import { Badge } from "../badge.tsx";
import { Table } from "../table.tsx";
import { Time } from "../time.tsx";
import { ROLE_WORDS, SOURCE_WORDS } from "./words.ts";

/** Everybody by name and role: what each member may see of the others. */
export function NameTable({ people }: { readonly people: readonly Member[] }) {
  return (
    <Table
      caption="People"
      columns={[{ label: "Person" }, { label: "Role" }]}
      rows={people.map((member) => [<Person name={member.name} email={member.email} />, ROLE_WORDS[member.role]])}
    />
  );
}

const COLUMNS = ["Person", "Role", "Source", "State", "Joined"].map((label) => ({ label }));

interface PeopleTableProps {
  readonly people: readonly Member[];
  /** Whether a person leads to what the directory asked about them. */
  readonly activity: boolean;
}

/** Everybody with where they come from and how things are with them, for owners and admins. */
export function PeopleTable({ people, activity }: PeopleTableProps) {
  return (
    <Table
      caption="People"
      columns={activity ? [...COLUMNS, { label: "Activity", quiet: true }] : COLUMNS}
      rows={people.map((member) => [
        <Person name={member.name} email={member.email} href={`/people/${member.id}`} />,
        ROLE_WORDS[member.role],
        SOURCE_WORDS[member.source],
        <Standing member={member} />,
        <Time at={member.joinedAt} dateOnly={true} />,
        ...(activity ? [<ActivityLink member={member} />] : []),
      ])}
    />
  );
}

function ActivityLink({ member }: { readonly member: Member }) {
  return (
    <a href={activityPath({ person: member.email, reads: false })}>
      Activity<span class="visually-hidden"> of {member.name}</span>
    </a>
  );
}

function Standing({ member }: { readonly member: Member }) {
  if (member.state === "active") {
    return member.connected ? <Badge tone="connected">Connected</Badge> : <Badge>Not connected</Badge>;
  }
  return (
    <>
      <Badge tone="danger">Deactivated</Badge>
      <span class="hint">{member.activeInDirectory === false ? "in the directory" : "here"}</span>
    </>
  );
}
