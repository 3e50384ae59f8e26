import { rulesAbout } from "../../domain/directory/mapping.ts";
import { deleteOwnGroup } from "../../domain/directory/own-groups.ts";
import type { Context } from "../edge/context.ts";
import { shellOf } from "../edge/shell.ts";
import { show } from "../edge/show.ts";
import { ownGroup } from "../groups.tsx";
import { Button, ButtonRow, LinkButton } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { Form } from "../ui/form.tsx";
import { PageHeading } from "../ui/heading.tsx";
import { Page } from "../ui/page.tsx";

/** `GET /groups/:id/delete`: asks before a group of our own is gone. */
export async function askToDelete(c: Context): Promise<Response> {
  const group = await ownGroup(c);
  const rules = (await rulesAbout(c.var.scope, group.id)).length;
  const people = group.memberCount === 1 ? "The person in it stays a member." : "The people in it stay members.";
  const lines =
    rules === 0 ? "" : ` ${rules === 1 ? "The line" : `The ${rules} lines`} of the mapping that lead to it go with it.`;
  const page = (
    <Page title={`Delete ${group.name}`} shell={shellOf(c)}>
      <PageHeading
        title={`Delete ${group.name}`}
        lead={`${people}${lines}`}
        back={{ label: group.name, href: `/groups/${group.id}` }}
      />
      <Card tone="danger">
        <Form action={`/groups/${group.id}/delete`}>
          <ButtonRow>
            <Button kind="danger" working="Deleting…">
              Delete group
            </Button>
            <LinkButton kind="secondary" href={`/groups/${group.id}`}>
              Cancel
            </LinkButton>
          </ButtonRow>
        </Form>
      </Card>
    </Page>
  );
  return show(c, page);
}

/** `POST /groups/:id/delete`: deletes it. */
export async function deleteGroup(c: Context): Promise<Response> {
  const group = await ownGroup(c);
  await deleteOwnGroup(c.var.scope, group.id);
  return c.redirect("/groups", 303);
}
