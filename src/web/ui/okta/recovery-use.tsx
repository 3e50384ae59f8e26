import type { RecoveryUse as Use } from "../../../domain/integration/notices.ts";
import { Button, ButtonRow } from "../button.tsx";
import { Card, CardHeader } from "../card.tsx";
import { Form } from "../form.tsx";
import { Time } from "../time.tsx";

/** A recovery code was used: what an owner does who did not do it, and how to say that one knows. */
export function RecoveryUse({ use }: { readonly use: Use }) {
  return (
    <Card>
      <CardHeader title="A recovery code was used" />
      <p>
        {use.by} signed in with one on <Time at={use.at} />. {use.lifted && "It was the last one of all owners. "}
        If that was not they, sign them out on their page under People, and let them make new codes, which end the old
        ones.
      </p>
      <Form action="/settings/okta/enforcement/seen">
        <ButtonRow>
          <Button kind="secondary">I know of it</Button>
        </ButtonRow>
      </Form>
    </Card>
  );
}
