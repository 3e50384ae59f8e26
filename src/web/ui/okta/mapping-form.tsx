import { Badge } from "../badge.tsx";
import { Button, ButtonRow } from "../button.tsx";
import { Card, CardHeader } from "../card.tsx";
import { EmptyState } from "../empty-state.tsx";
import { RadioGroup, Select, TextField } from "../field.tsx";
import { Form } from "../form.tsx";
import { Table } from "../table.tsx";

/** A line of the mapping as it is shown. */
interface ShownRule {
  readonly id: string;
  readonly kind: "group" | "role";
  readonly name: string;
  readonly pushed: boolean;
  readonly role: "owner" | "admin" | "member" | null;
  readonly groupId: string | null;
  readonly groupName: string | null;
}

export interface MappingFormProps {
  readonly rules: readonly ShownRule[];
  /** What was sent, by the names of the fields. */
  readonly fields: Readonly<Record<string, string>>;
  readonly errors: Readonly<Record<string, string>>;
  /** The numbers of the new lines that were begun. */
  readonly rows: readonly number[];
  readonly known: { readonly groups: readonly string[]; readonly roles: readonly string[] };
  readonly groups: readonly { readonly id: string; readonly name: string }[];
  readonly provider: string;
  /** Whether whoever looks may change what leads to the role owner. */
  readonly mapsToOwner: boolean;
}

const ROLES = { owner: "Owner", admin: "Admin", member: "Member" } as const;

/** The whole mapping as one form: lines to take away, lines to add, and what holds for everybody else. */
export function MappingForm(props: MappingFormProps) {
  return (
    <Form action="/settings/okta/mapping" hidden={{ act: "preview" }}>
      <Card flush={true}>
        {props.rules.length > 0 ? (
          <RuleTable {...props} />
        ) : (
          <EmptyState sentence="Nothing is mapped yet: whoever comes is a member, until somebody grants more by hand." />
        )}
      </Card>
      <NewLines {...props} />
      <Everybody {...props} />
      <Card>
        <p class="hint">The next page says whom the change touches. Nothing is saved before.</p>
        <ButtonRow>
          <Button working="Looking…">Preview changes</Button>
        </ButtonRow>
      </Card>
    </Form>
  );
}

function RuleTable({ rules, fields, provider, mapsToOwner }: MappingFormProps) {
  return (
    <Table
      caption="Lines of the mapping"
      columns={[{ label: `At ${provider}` }, { label: "Here" }, { label: "Remove" }]}
      rows={rules.map((rule) => [
        <Source rule={rule} />,
        <Target rule={rule} />,
        rule.role === "owner" && !mapsToOwner ? (
          <span class="hint">Only an owner may</span>
        ) : (
          <label class="check">
            <input type="checkbox" name={`remove-${rule.id}`} checked={fields[`remove-${rule.id}`] !== undefined} />
            <span>
              Remove<span class="visually-hidden"> {rule.name}</span>
            </span>
          </label>
        ),
      ])}
    />
  );
}

function Source({ rule }: { readonly rule: ShownRule }) {
  return (
    <>
      {rule.kind === "group" ? "Group" : "Role"} <strong>{rule.name}</strong>{" "}
      {rule.pushed && <Badge tone="connected">Pushed</Badge>}
    </>
  );
}

function Target({ rule }: { readonly rule: ShownRule }) {
  if (rule.role) return <>Role {ROLES[rule.role]}</>;
  return (
    <>
      Group <a href={`/groups/${rule.groupId}`}>{rule.groupName}</a>
    </>
  );
}

/** So many new lines are offered at first. */
const LINES = 3;

function NewLines(props: MappingFormProps) {
  const { rows, known, provider, groups } = props;
  const last = Math.max(LINES - 1, ...rows.map((row) => row + 1));
  return (
    <Card>
      <CardHeader
        title="Add lines"
        hint={
          <>
            A group counts whether {provider} pushes it by SCIM or names it in the groups attribute of a sign-in; a role
            likewise. Case does not matter.
            {groups.length === 0 && (
              <>
                {" "}
                To map to a group, <a href="/groups">make one</a> first.
              </>
            )}
          </>
        }
      />
      <datalist id="known-names">
        {[...known.groups, ...known.roles].map((name) => (
          <option value={name} />
        ))}
      </datalist>
      {Array.from({ length: last + 1 }, (_, row) => (
        <NewLine {...props} row={row} />
      ))}
    </Card>
  );
}

function NewLine({ row, fields, errors, groups, provider, mapsToOwner }: MappingFormProps & { readonly row: number }) {
  const roles = (["member", "admin", ...(mapsToOwner ? (["owner"] as const) : [])] as const).map((role) => ({
    value: `role:${role}`,
    label: `Role ${ROLES[role]}`,
  }));
  const own = groups.map(({ id, name }) => ({ value: id, label: `Group ${name}` }));
  return (
    <fieldset class="line">
      <legend class="visually-hidden">New line {row + 1}</legend>
      <Select
        name={`kind-${row}`}
        label={`At ${provider}`}
        value={fields[`kind-${row}`] ?? "group"}
        options={[
          { value: "group", label: "Group" },
          { value: "role", label: "Role" },
        ]}
      />
      <TextField
        name={`name-${row}`}
        label="Name there"
        list="known-names"
        value={fields[`name-${row}`] ?? ""}
        error={errors[`name-${row}`]}
      />
      <Select
        name={`target-${row}`}
        label="Leads to"
        value={fields[`target-${row}`] ?? ""}
        error={errors[`target-${row}`]}
        options={[{ value: "", label: "Choose…" }, ...roles, ...own]}
      />
    </fieldset>
  );
}

function Everybody({ fields, provider }: MappingFormProps) {
  return (
    <Card>
      <CardHeader title="Everybody else" />
      <Select
        name="default-role"
        label="Role where no line gives one"
        hint={`For everybody who comes through ${provider}. It takes nothing from whom somebody granted more by hand.`}
        value={fields["default-role"] ?? "member"}
        options={[
          { value: "member", label: "Member" },
          { value: "admin", label: "Admin" },
        ]}
      />
      <RadioGroup
        name="absent"
        label="A sign-in without the groups or role attribute"
        value={fields["absent"] ?? "unchanged"}
        options={[
          {
            value: "unchanged",
            label: "Changes nothing",
            hint: "Whoever had groups from an earlier sign-in keeps what they brought.",
          },
          {
            value: "empty",
            label: "Means: no groups, no role",
            hint: "Right for Okta, which leaves the attribute out when a person is in none of the groups that it would send.",
          },
        ]}
      />
    </Card>
  );
}
