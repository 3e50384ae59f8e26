import type { RoleExplained } from "../../../domain/directory/explain.ts";
import { Button, ButtonRow } from "../button.tsx";
import { Card, CardHeader } from "../card.tsx";
import { Select } from "../field.tsx";
import { Form } from "../form.tsx";
import { reasonText } from "./reason.ts";
import { ROLE_WORDS } from "./words.ts";

interface RoleCardProps {
  readonly id: string;
  readonly role: RoleExplained;
  /** Whether an owner looks: only owners make or unmake owners. */
  readonly byOwner: boolean;
  /** What was chosen, where it was refused. */
  readonly chosen: string | undefined;
  readonly error: string | undefined;
}

/** Somebody's role, where it comes from, and the form that grants another. */
export function RoleCard({ id, role, byOwner, chosen, error }: RoleCardProps) {
  const { granted, mapped } = role;
  const mayChange = byOwner || (role.role !== "owner" && granted !== "owner");
  return (
    <Card>
      <CardHeader title={`Role: ${ROLE_WORDS[role.role]}`} />
      <ul class="list">
        <li>Granted by hand: {ROLE_WORDS[granted]}</li>
        {mapped && (
          <li>
            Given by the mapping: {ROLE_WORDS[mapped.role]}, {mapped.because.map(reasonText).join("; ")}
          </li>
        )}
      </ul>
      {mapped && <p class="hint">The higher of the two counts. Taking one away leaves the other.</p>}
      {mayChange ? (
        <Form action={`/people/${id}/role`}>
          <Select
            name="role"
            label="Grant by hand"
            value={chosen ?? granted}
            options={Object.entries(ROLE_WORDS)
              .filter(([value]) => byOwner || value !== "owner")
              .map(([value, label]) => ({ value, label }))}
            error={error}
          />
          <ButtonRow>
            <Button kind="secondary" working="Saving…">
              Change role
            </Button>
          </ButtonRow>
        </Form>
      ) : (
        <p class="hint">Only an owner may change the role of an owner.</p>
      )}
    </Card>
  );
}
