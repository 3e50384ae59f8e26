import { removeByHand } from "../../domain/members/by-hand.ts";
import { getMember } from "../../domain/members/members.ts";
import { type Identity, identify } from "../../domain/people/identity.ts";
import { Refusal } from "../../refusal.ts";
import type { Context } from "../edge/context.ts";
import { shellOf } from "../edge/shell.ts";
import { show } from "../edge/show.ts";
import { readForm } from "../edge/size.ts";
import { Banner } from "../ui/banner.tsx";
import { Button, ButtonRow, LinkButton } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { Form } from "../ui/form.tsx";
import { PageHeading } from "../ui/heading.tsx";
import { Page } from "../ui/page.tsx";

/** `GET /people/:id/remove`: says what it means before anybody is removed. */
export async function askToRemoveMember(c: Context): Promise<Response> {
  const { id } = await getMember(c.var.scope, c.req.param("id") ?? "");
  return show(c, <RemovePage c={c} id={id} person={await identify(c.var.scope, id)} error={undefined} />);
}

/** `POST /people/:id/remove`: removes a member. What is refused is said beside the button. */
export async function removeFromPeople(c: Context): Promise<Response> {
  const { id } = await getMember(c.var.scope, c.req.param("id") ?? "");
  await readForm(c);
  const person = await identify(c.var.scope, id);
  try {
    await removeByHand(c.var.scope, id);
  } catch (error) {
    if (!(error instanceof Refusal) || error.status === 404) throw error;
    const page = <RemovePage c={c} id={id} person={person} error={error.message} />;
    return show(c, page, error.status as 403 | 409);
  }
  return c.redirect(`/people/${person.user?.id ?? id}?removed`, 303);
}

interface RemovePageProps {
  readonly c: Context;
  readonly id: string;
  readonly person: Identity;
  readonly error: string | undefined;
}

function RemovePage({ c, id, person, error }: RemovePageProps) {
  const { name, member, user } = person;
  return (
    <Page title={`Remove ${name}`} shell={shellOf(c)} width="narrow">
      <Card tone="danger">
        <PageHeading
          title={`Remove ${name}?`}
          lead={`${member?.email} is then no member of ${c.var.organization.name} any more.`}
          back={{ label: name, href: `/people/${id}` }}
        />
        {error && (
          <Banner tone="danger" title="Nothing was changed">
            {error}
          </Banner>
        )}
        <ul class="list">
          <li>They are signed out everywhere at once, and their git accounts are no longer connected.</li>
          <li>Their role and their groups here are gone. What happened stays in the audit log.</li>
          {user?.active && (
            <li>
              The directory still has them as active. They stay removed, and cannot sign in through it, until you invite
              them again or the directory assigns them anew. To take them out there too, unassign them from the app.
            </li>
          )}
        </ul>
        <Form action={`/people/${id}/remove`}>
          <ButtonRow>
            <Button kind="danger" working="Removing…">
              Remove
            </Button>
            <LinkButton kind="secondary" href={`/people/${id}`}>
              Cancel
            </LinkButton>
          </ButtonRow>
        </Form>
      </Card>
    </Page>
  );
}
