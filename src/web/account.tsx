import { type ListedSession, listSessions } from "../domain/sessions/sessions.ts";
import type { Context } from "./edge/context.ts";
import { shellOf } from "./edge/shell.ts";
import { show } from "./edge/show.ts";
import { Badge } from "./ui/badge.tsx";
import { Banner } from "./ui/banner.tsx";
import { browserName } from "./ui/browser-name.ts";
import { Button } from "./ui/button.tsx";
import { Card, CardHeader } from "./ui/card.tsx";
import { Fact, Facts } from "./ui/facts.tsx";
import { PageHeading } from "./ui/heading.tsx";
import { Page } from "./ui/page.tsx";
import { Table } from "./ui/table.tsx";
import { RelativeTime, Time } from "./ui/time.tsx";

/** How somebody signed in, by the word that the session keeps. */
const METHODS = {
  sso: "Single Sign-On",
  link: "Sign-in link",
  setup: "Set-up link",
  git: "Git account",
  recovery: "Recovery code",
} as const;

/** `GET /account`: who one is here, and where one is signed in. */
export async function showAccount(c: Context): Promise<Response> {
  const { organization, scope, session } = c.var;
  const sessions = await listSessions(scope, session.memberId);
  const shell = shellOf(c);
  const page = (
    <Page title="Your account" shell={shell} width="wide">
      <PageHeading title="Your account" lead={`You in ${organization.name}.`} />
      {c.req.query("ended") !== undefined && <Banner tone="success">Signed out there.</Banner>}
      <Card>
        <Facts>
          <Fact label="Name">{session.name}</Fact>
          <Fact label="Email">{session.email}</Fact>
          <Fact label="Role">{shell.person?.role}</Fact>
          <Fact label="Signed in with">
            {METHODS[session.method]}, <Time at={session.createdAt} />
          </Fact>
        </Facts>
      </Card>
      <Card flush={true}>
        <CardHeader
          title="Where you are signed in"
          hint="Sign out whatever you do not know."
          act={sessions.length > 1 && <EndOthers />}
        />
        <SessionTable sessions={sessions} current={session.id} now={c.var.now} />
      </Card>
    </Page>
  );
  return show(c, page);
}

interface SessionTableProps {
  readonly sessions: readonly ListedSession[];
  readonly current: string;
  readonly now: Date;
}

function SessionTable({ sessions, current, now }: SessionTableProps) {
  const columns = [
    { label: "Browser" },
    { label: "Signed in with" },
    { label: "Last seen" },
    { label: "Address" },
    { label: "Ends" },
    { label: "Act", quiet: true },
  ];
  const rows = sessions.map((each) => [
    <>
      {browserName(each.userAgent)} {each.id === current && <Badge>This browser</Badge>}
    </>,
    METHODS[each.method],
    <RelativeTime at={each.lastSeenAt} now={now} />,
    each.ip ?? "Unknown",
    <Time at={each.expiresAt} dateOnly={true} />,
    <EndOne id={each.id} browser={browserName(each.userAgent)} />,
  ]);
  return <Table caption="Where you are signed in" columns={columns} rows={rows} />;
}

function EndOne({ id, browser }: { id: string; browser: string }) {
  return (
    <form method="post" action="/account/sessions">
      <input type="hidden" name="session" value={id} />
      <Button kind="secondary" working="Signing out…">
        Sign out<span class="visually-hidden"> {browser}</span>
      </Button>
    </form>
  );
}

function EndOthers() {
  return (
    <form method="post" action="/account/sessions">
      <input type="hidden" name="session" value="others" />
      <Button kind="secondary" working="Signing out…">
        Sign out everywhere else
      </Button>
    </form>
  );
}
