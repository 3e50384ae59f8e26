import {
  endAllSessions,
  type ListedSession,
  listSessions,
  memberToSignOut,
} from "../../domain/sessions/session-list.ts";
import type { Context } from "../edge/context.ts";
import { clearSession } from "../edge/session.ts";
import { shellOf } from "../edge/shell.ts";
import { show } from "../edge/show.ts";
import { Button, ButtonRow, LinkButton } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Form } from "../ui/form.tsx";
import { PageHeading } from "../ui/heading.tsx";
import { Page } from "../ui/page.tsx";
import { SessionTable } from "../ui/sessions.tsx";

/** `GET /people/:id/sessions`: where a person is signed in, and whether to end that. */
export async function askToSignOut(c: Context): Promise<Response> {
  const { scope, now } = c.var;
  const member = await memberToSignOut(scope, c.req.param("id") ?? "");
  const sessions = await listSessions(scope, member.id);
  const page = (
    <Page title={`Sign ${member.name} out`} shell={shellOf(c)} width="wide">
      <PageHeading
        title={`Sign ${member.name} out`}
        lead="Every browser of theirs is signed out at once. They stay a member, and may sign in again."
        back={{ label: member.name, href: `/people/${member.id}` }}
      />
      {c.req.query("ended") !== undefined && sessions.length === 0 ? (
        <Card>
          <EmptyState sentence={`${member.name} was signed out everywhere.`} />
        </Card>
      ) : (
        <Sessions id={member.id} name={member.name} sessions={sessions} now={now} />
      )}
    </Page>
  );
  return show(c, page);
}

/** `POST /people/:id/sessions`: ends them all. */
export async function signMemberOut(c: Context): Promise<Response> {
  const member = await memberToSignOut(c.var.scope, c.req.param("id") ?? "");
  await endAllSessions(c.var.scope, member);
  if (member.id !== c.var.session.memberId) return c.redirect(`/people/${member.id}/sessions?ended`, 303);
  clearSession(c);
  return c.redirect("/sign-in", 303);
}

interface SessionsProps {
  readonly id: string;
  readonly name: string;
  readonly sessions: readonly ListedSession[];
  readonly now: Date;
}

function Sessions({ id, name, sessions, now }: SessionsProps) {
  if (sessions.length === 0) {
    return (
      <Card>
        <EmptyState sentence={`${name} is signed in nowhere.`} />
      </Card>
    );
  }
  return (
    <>
      <Card flush={true}>
        <SessionTable sessions={sessions} now={now} />
      </Card>
      <Card tone="danger">
        <Form action={`/people/${id}/sessions`}>
          <ButtonRow>
            <Button kind="danger" working="Signing out…">
              Sign out everywhere
            </Button>
            <LinkButton kind="secondary" href={`/people/${id}`}>
              Cancel
            </LinkButton>
          </ButtonRow>
        </Form>
      </Card>
    </>
  );
}
