import type { Child } from "hono/jsx";
import { Badge } from "../badge.tsx";
import { Banner } from "../banner.tsx";
import { Button, ButtonRow, LinkButton } from "../button.tsx";
import { Card, CardHeader } from "../card.tsx";
import { EmptyState } from "../empty-state.tsx";
import { TextField } from "../field.tsx";
import { Form } from "../form.tsx";
import { PageHeading } from "../heading.tsx";
import { Pagination } from "../pagination.tsx";
import { Keeper } from "./groups.tsx";
import { type GroupPerson, PeopleOfGroup } from "./people-of-group.tsx";

/** A line of the mapping that begins or ends at the group. */
interface GroupRule {
  readonly kind: "group" | "role";
  readonly name: string;
  readonly role: "owner" | "admin" | "member" | null;
  readonly groupId: string | null;
  readonly groupName: string | null;
}

/** What was sent and is wrong, by field. */
export type GroupErrors = Readonly<Record<string, { readonly value: string; readonly message: string }>>;

interface GroupViewProps {
  readonly group: {
    readonly id: string;
    readonly name: string;
    readonly source: "scim" | "manual";
    readonly memberCount: number;
  };
  readonly people: readonly GroupPerson[];
  readonly rules: readonly GroupRule[];
  readonly provider: string;
  /** Whether whoever looks may change groups. */
  readonly manages: boolean;
  readonly saved: boolean;
  readonly errors: GroupErrors;
  readonly summary: Child;
  readonly first: string | undefined;
  readonly next: string | undefined;
}

/** One group: who keeps it, what hangs on it, who is in it; of our own, how to change it. */
export function GroupView(props: GroupViewProps) {
  const { group, people, provider, manages, saved } = props;
  const own = group.source === "manual";
  return (
    <>
      <PageHeading
        title={group.name}
        badge={<Keeper source={group.source} provider={provider} />}
        lead={lead(group.memberCount, own, provider)}
        back={{ label: "Groups", href: "/groups" }}
      />
      {saved && <Banner tone="success">Saved.</Banner>}
      {props.summary}
      <Card>
        <CardHeader
          title="Mapping"
          act={manages && <a href="/settings/okta/mapping">Change the mapping</a>}
          hint={own ? "Who comes into this group by themselves." : "What being in this group brings here."}
        />
        <Rules {...props} />
      </Card>
      {own && manages && <AddPerson {...props} />}
      <Card flush={true}>
        {people.length > 0 ? (
          <PeopleOfGroup group={group} people={people} removable={own && manages} />
        ) : (
          <EmptyState sentence="Nobody is in this group." />
        )}
        {(props.first || props.next) && (
          <Pagination shown={`${people.length} on this page`} previous={props.first} next={props.next} />
        )}
      </Card>
      {own && manages && <Change {...props} />}
    </>
  );
}

function lead(count: number, own: boolean, provider: string): string {
  const people = `${count.toLocaleString("en")} ${count === 1 ? "person" : "people"}.`;
  if (own) return people;
  return `${people} ${provider.replace(/^./, (first) => first.toUpperCase())} keeps this group: its name and its people are changed there.`;
}

const ROLES = { owner: "owner", admin: "admin", member: "member" } as const;

function Rules({ group, rules, provider }: GroupViewProps) {
  if (rules.length === 0) return <p class="hint">No line of the mapping names this group.</p>;
  return (
    <ul class="list">
      {rules.map((rule) => (
        <li>
          {group.source === "manual" ? (
            <>
              Everybody {rule.kind === "group" ? "in the group" : "with the role"} <strong>{rule.name}</strong> at{" "}
              {provider}
            </>
          ) : rule.role ? (
            <>
              The role <Badge>{ROLES[rule.role]}</Badge>
            </>
          ) : (
            <>
              The group <a href={`/groups/${rule.groupId}`}>{rule.groupName}</a>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

function AddPerson({ group, errors }: GroupViewProps) {
  return (
    <Card>
      <CardHeader title="Add a person" hint="Whoever is added by hand stays, whatever the mapping says." />
      <Form action={`/groups/${group.id}/members`}>
        <TextField
          name="email"
          type="email"
          label="Email of the member"
          value={errors["email"]?.value}
          error={errors["email"]?.message}
          required={true}
        />
        <ButtonRow>
          <Button working="Adding…">Add</Button>
        </ButtonRow>
      </Form>
    </Card>
  );
}

function Change({ group, errors }: GroupViewProps) {
  return (
    <Card>
      <CardHeader title="Name" />
      <Form action={`/groups/${group.id}`}>
        <TextField
          name="name"
          label="Name of the group"
          value={errors["name"]?.value ?? group.name}
          error={errors["name"]?.message}
          required={true}
        />
        <ButtonRow>
          <Button kind="secondary" working="Saving…">
            Rename
          </Button>
          <LinkButton kind="danger" href={`/groups/${group.id}/delete`}>
            Delete group
          </LinkButton>
        </ButtonRow>
      </Form>
    </Card>
  );
}
