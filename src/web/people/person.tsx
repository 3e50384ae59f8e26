import { isId } from "../../db/id.ts";
import { sentenceOf } from "../../domain/audit/acts.ts";
import { explainGroups, explainRole } from "../../domain/directory/explain.ts";
import { listGitConnections } from "../../domain/git/connections.ts";
import { findIntegration } from "../../domain/integration/integration.ts";
import { providerName } from "../../domain/integration/providers.ts";
import { type Identity, identify } from "../../domain/people/identity.ts";
import { readTimeline } from "../../domain/people/timeline.ts";
import { listSessions } from "../../domain/sessions/session-list.ts";
import type { Context } from "../edge/context.ts";
import { shellOf } from "../edge/shell.ts";
import { show } from "../edge/show.ts";
import { Banner } from "../ui/banner.tsx";
import { LinkButton } from "../ui/button.tsx";
import { PageHeading } from "../ui/heading.tsx";
import { Page } from "../ui/page.tsx";
import { whyPath } from "../ui/people/address.ts";
import { GitCard } from "../ui/people/git-card.tsx";
import { GroupsCard } from "../ui/people/groups-card.tsx";
import { lineOf } from "../ui/people/lines.tsx";
import { ActsCard, MemberCard, PersonState, SessionsCard, UserCard } from "../ui/people/person-facts.tsx";
import { RoleCard } from "../ui/people/role-card.tsx";
import { TimelineCard } from "../ui/people/timeline.tsx";
import { GIT_HOST_WORDS } from "../ui/people/words.ts";

/** So many lines of a timeline on one page. */
const LINES = 50;

/** `GET /people/:id?before=&reads=`: one person, and everything that happened to them. */
export async function showPerson(c: Context): Promise<Response> {
  const person = await identify(c.var.scope, c.req.param("id") ?? "");
  return showPersonPage(c, person);
}

/** The page, also after a change of the role that was refused: the sentence stands beside the act. */
export async function showPersonPage(
  c: Context,
  person: Identity,
  refused?: { readonly status: 403 | 409 | 422; readonly sentence: string; readonly role: string },
): Promise<Response> {
  const path = `/people/${person.member?.id ?? person.user?.id ?? c.req.param("id") ?? ""}`;
  const address = person.member?.email ?? person.user?.userName ?? person.name;
  const page = (
    <Page title={person.name} shell={shellOf(c)} width="wide">
      <PageHeading
        title={person.name}
        badge={<PersonState person={person} />}
        back={{ label: "People", href: "/people" }}
        act={
          <LinkButton kind="secondary" href={whyPath(address)}>
            Why are things so?
          </LinkButton>
        }
      />
      {c.req.query("invited") !== undefined && person.member && <Invited c={c} how={await waysIn(c)} person={person} />}
      {c.req.query("saved") !== undefined && <Banner tone="success">Saved.</Banner>}
      {c.req.query("removed") !== undefined && !person.member && (
        <Banner tone="success">{person.name} is not a member any more.</Banner>
      )}
      <Facts c={c} person={person} refused={refused} facts={await readFacts(c, person)} />
      {await timeline(c, person, path)}
    </Page>
  );
  return show(c, page, refused?.status ?? 200);
}

async function readFacts(c: Context, { member }: Identity) {
  if (!member) return undefined;
  const { scope } = c.var;
  return {
    role: await explainRole(scope, member.id),
    groups: await explainGroups(scope, member.id),
    sessions: await listSessions(scope, member.id),
    accounts: await listGitConnections(scope, member.id),
  };
}

interface FactsProps {
  readonly c: Context;
  readonly person: Identity;
  readonly facts: Awaited<ReturnType<typeof readFacts>>;
  readonly refused: Parameters<typeof showPersonPage>[2];
}

function Facts({ c, person: { member, user }, facts, refused }: FactsProps) {
  const { session, now } = c.var;
  return (
    <>
      {member && <MemberCard member={member} />}
      {member && facts?.role && (
        <RoleCard
          id={member.id}
          role={facts.role}
          byOwner={session.role === "owner"}
          chosen={refused?.role}
          error={refused?.sentence}
        />
      )}
      {member && facts && <GroupsCard groups={facts.groups} />}
      {user && <UserCard user={user} />}
      {member && facts && <GitCard accounts={facts.accounts} />}
      {member && facts && <SessionsCard id={member.id} sessions={facts.sessions} now={now} />}
      {member && <ActsCard member={member} isOneself={member.id === session.memberId} foresees={!user} />}
    </>
  );
}

async function timeline(c: Context, person: Identity, path: string) {
  const asked = c.req.query("before");
  const before = asked && isId(asked) ? asked : undefined;
  const reads = c.req.query("reads") !== undefined;
  const { entries, older } = await readTimeline(c.var.scope, person, { before, limit: LINES, reads });
  const lines = entries.map((entry) => lineOf(entry, sentenceOf));
  return <TimelineCard lines={lines} path={path} reads={reads} newest={before === undefined} older={older} />;
}

/** The ways in that a new member has, as one tells them. */
async function waysIn(c: Context): Promise<string[]> {
  const { organization, scope, parts } = c.var;
  const integration = organization.includesIntegration ? await findIntegration(scope) : undefined;
  const hosts = organization.ssoEnforced ? [] : parts.config.gitHosts.map(({ provider }) => GIT_HOST_WORDS[provider]);
  return [
    ...(integration ? [`through ${providerName(integration.provider)}, once the app is assigned to them there`] : []),
    ...(hosts.length > 0 ? [`with ${hosts.join(" or ")}, if that account has this email as its primary one`] : []),
    ...(organization.ssoEnforced ? [] : ["with a one-time link, which whoever runs this service makes"]),
  ];
}

function Invited({ c, person, how }: { c: Context; person: Identity; how: readonly string[] }) {
  return (
    <Banner tone="success" title={`${person.name} is a member now`}>
      We send no mail: tell them to open <strong>{c.var.organization.url}</strong> and sign in {how.join(", or ")}.
    </Banner>
  );
}
