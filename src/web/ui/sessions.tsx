import type { Child } from "hono/jsx";
import type { ListedSession } from "../../domain/sessions/session-list.ts";
import { Badge } from "./badge.tsx";
import { browserName } from "./browser-name.ts";
import { Button, ButtonRow } from "./button.tsx";
import { Card, CardHeader } from "./card.tsx";
import { METHODS } from "./sign-in-methods.ts";
import { Table } from "./table.tsx";
import { RelativeTime, Time } from "./time.tsx";

interface OwnSessionsProps {
  readonly sessions: readonly ListedSession[];
  /** The session of this browser. */
  readonly current: string;
  readonly now: Date;
}

/** Where one is signed in oneself, with a way to end each, all others, and all. */
export function OwnSessions({ sessions, current, now }: OwnSessionsProps) {
  return (
    <Card flush={true}>
      <CardHeader
        title="Where you are signed in"
        hint="Sign out whatever you do not know."
        act={
          <ButtonRow>
            {sessions.length > 1 && <End session="others">Sign out everywhere else</End>}
            <End session="all">Sign out everywhere</End>
          </ButtonRow>
        }
      />
      <SessionTable
        sessions={sessions}
        now={now}
        current={current}
        act={({ id, userAgent }) => (
          <End session={id}>
            Sign out<span class="visually-hidden"> {browserName(userAgent)}</span>
          </End>
        )}
      />
    </Card>
  );
}

interface SessionTableProps {
  readonly sessions: readonly ListedSession[];
  readonly now: Date;
  /** The session of the browser that asks, where it is among them. */
  readonly current?: string | undefined;
  readonly act?: ((session: ListedSession) => ReturnType<typeof End>) | undefined;
}

/** Sessions of one person; put it in a flush card. */
export function SessionTable({ sessions, now, current, act }: SessionTableProps) {
  const columns = ["Browser", "Signed in with", "Last seen", "Address", "Ends"].map((label) => ({ label }));
  const rows = sessions.map((each) => [
    <>
      {browserName(each.userAgent)} {each.id === current && <Badge>This browser</Badge>}
    </>,
    METHODS[each.method],
    <RelativeTime at={each.lastSeenAt} now={now} />,
    each.ip ?? "Unknown",
    <Time at={each.expiresAt} dateOnly={true} />,
    ...(act ? [act(each)] : []),
  ]);
  return <Table caption="Sessions" columns={act ? [...columns, { label: "Act", quiet: true }] : columns} rows={rows} />;
}

function End({ session, children }: { readonly session: string; readonly children?: Child }) {
  return (
    <form method="post" action="/account/sessions">
      <input type="hidden" name="session" value={session} />
      <Button kind="secondary" working="Signing out…">
        {children}
      </Button>
    </form>
  );
}
