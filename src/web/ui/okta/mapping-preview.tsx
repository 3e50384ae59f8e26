import { Person } from "../avatar.tsx";
import { Badge } from "../badge.tsx";
import { Banner } from "../banner.tsx";
import { Button, ButtonRow } from "../button.tsx";
import { Card, CardHeader } from "../card.tsx";
import { Form } from "../form.tsx";
import { Table } from "../table.tsx";

type Role = "owner" | "admin" | "member";

/** What a change of the mapping would do. */
interface ShownPreview {
  readonly touched: number;
  readonly roles: readonly { readonly before: Role; readonly after: Role; readonly count: number }[];
  readonly groups: readonly { readonly name: string; readonly added: number; readonly removed: number }[];
  readonly people: readonly TouchedPerson[];
  readonly ownerRemains: boolean;
}

interface TouchedPerson {
  readonly name: string;
  readonly email: string;
  readonly state: "active" | "deactivated";
  readonly before: Role;
  readonly after: Role;
  readonly joins: readonly string[];
  readonly leaves: readonly string[];
}

interface PreviewCardProps {
  readonly preview: ShownPreview;
  /** Whether the mapping would be another one. */
  readonly changes: boolean;
  /** The draft, and what tells this preview from another. */
  readonly hidden: Readonly<Record<string, string>>;
  readonly provider: string;
}

/** Whom a change touches, with the button that makes it. */
export function PreviewCard({ preview, changes, hidden, provider }: PreviewCardProps) {
  const possible = changes && preview.ownerRemains;
  return (
    <>
      {!preview.ownerRemains && (
        <Banner tone="danger" title="No owner would remain">
          Make somebody an owner by hand first, or leave the line that makes them one.
        </Banner>
      )}
      <Card>
        <CardHeader title="What this changes" />
        <Effects preview={preview} changes={changes} provider={provider} />
        <Form action="/settings/okta/mapping" hidden={hidden}>
          <ButtonRow>
            {possible && (
              <Button name="act" value="save" working="Saving…">
                Save the mapping
              </Button>
            )}
            <Button kind="secondary" name="act" value="edit">
              Go on changing
            </Button>
          </ButtonRow>
        </Form>
      </Card>
      {preview.people.length > 0 && (
        <Card flush={true}>
          <People people={preview.people} />
          {preview.touched > preview.people.length && (
            <p class="table-note">
              And {(preview.touched - preview.people.length).toLocaleString("en")} more, who are not listed here.
            </p>
          )}
        </Card>
      )}
    </>
  );
}

function Effects({ preview, changes, provider }: Omit<PreviewCardProps, "hidden">) {
  if (!changes) return <p>Nothing: the mapping is like this already.</p>;
  if (preview.touched === 0) {
    return <p>Nobody yet. From then on it counts for whomever {provider} pushes or signs in.</p>;
  }
  return (
    <ul class="list">
      {preview.roles.map((role) => (
        <li>{roleSentence(role)}</li>
      ))}
      {preview.groups.map(({ name, added, removed }) => (
        <li>
          <strong>{name}</strong>:{" "}
          {[
            ...(added > 0 ? [`${people(added)} ${added === 1 ? "comes" : "come"} in`] : []),
            ...(removed > 0 ? [`${people(removed)} ${removed === 1 ? "leaves" : "leave"}`] : []),
          ].join(", ")}
          .
        </li>
      ))}
    </ul>
  );
}

const ONE = { owner: "an owner", admin: "an admin", member: "a member" } as const;
const RANK = { member: 0, admin: 1, owner: 2 } as const;

function roleSentence({ before, after, count }: ShownPreview["roles"][number]): string {
  const one = count === 1;
  const become = one ? `becomes ${ONE[after]}` : `become ${after}s`;
  if (RANK[after] > RANK[before]) return `${people(count)} ${become}.`;
  return `${people(count)} ${one ? "loses" : "lose"} the role ${before} and ${become}.`;
}

function people(count: number): string {
  return count === 1 ? "1 person" : `${count.toLocaleString("en")} people`;
}

const ROLES = { owner: "Owner", admin: "Admin", member: "Member" } as const;

function People({ people: touched }: { readonly people: readonly TouchedPerson[] }) {
  return (
    <Table
      caption="People whom this touches"
      columns={[{ label: "Person" }, { label: "Role" }, { label: "Groups" }]}
      rows={touched.map((person) => [
        <Person name={person.name} email={person.email} />,
        <>
          {person.before === person.after ? ROLES[person.after] : `${ROLES[person.before]} → ${ROLES[person.after]}`}
          {person.state === "deactivated" && (
            <>
              {" "}
              <Badge tone="danger">Deactivated</Badge>
            </>
          )}
        </>,
        groupsOf(person),
      ])}
    />
  );
}

function groupsOf({ joins, leaves }: TouchedPerson): string {
  const parts = [...joins.map((name) => `joins ${name}`), ...leaves.map((name) => `leaves ${name}`)];
  return parts.join(", ") || "As before";
}
