import { Badge } from "../badge.tsx";
import { Button, ButtonRow } from "../button.tsx";
import { Card, CardHeader } from "../card.tsx";
import { TextField } from "../field.tsx";
import { Form } from "../form.tsx";
import { Table } from "../table.tsx";

/** A group in a list. */
interface ListedGroup {
  readonly id: string;
  readonly name: string;
  readonly source: "scim" | "manual";
  readonly memberCount: number;
}

const COLUMNS = [{ label: "Group" }, { label: "Kept by" }, { label: "People", align: "end" } as const];

/** Groups by name, each with who keeps it. */
export function GroupTable({
  groups,
  provider,
}: {
  readonly groups: readonly ListedGroup[];
  readonly provider: string;
}) {
  return (
    <Table
      caption="Groups"
      columns={COLUMNS}
      rows={groups.map((group) => [
        <a href={`/groups/${group.id}`}>{group.name}</a>,
        <Keeper source={group.source} provider={provider} />,
        group.memberCount.toLocaleString("en"),
      ])}
    />
  );
}

/** Who says what a group is called and who is in it. */
export function Keeper({ source, provider }: { readonly source: ListedGroup["source"]; readonly provider: string }) {
  return source === "scim" ? <Badge tone="connected">Pushed by {provider}</Badge> : <Badge>Own group</Badge>;
}

/** The form that makes a group of our own. */
export function NewGroup({ value, error }: { readonly value: string; readonly error?: string | undefined }) {
  return (
    <Card>
      <CardHeader title="New group" hint="A group of your own: people come by hand, or because a mapping says so." />
      <Form action="/groups">
        <TextField name="name" label="Name" value={value} error={error} required={true} />
        <ButtonRow>
          <Button working="Making…">Make group</Button>
        </ButtonRow>
      </Form>
    </Card>
  );
}
