import type { Identity, MemberFacts, UserFacts } from "../../../domain/people/identity.ts";
import type { ListedSession } from "../../../domain/sessions/session-list.ts";
import { Badge } from "../badge.tsx";
import { ButtonRow, LinkButton } from "../button.tsx";
import { Card, CardHeader } from "../card.tsx";
import { Fact, Facts } from "../facts.tsx";
import { METHODS } from "../sign-in-methods.ts";
import { RelativeTime, Time } from "../time.tsx";
import { SOURCE_WORDS } from "./words.ts";

/** Who somebody is here. */
export function MemberCard({ member }: { readonly member: MemberFacts }) {
  return (
    <Card>
      <CardHeader title="Member" />
      <Facts>
        <Fact label="Email">{member.email}</Fact>
        <Fact label="Made by">{SOURCE_WORDS[member.origin]}</Fact>
        <Fact label="Joined">
          <Time at={member.joinedAt} />
        </Fact>
        <Fact label="First Single Sign-On">
          <Time at={member.welcomedAt} />
        </Fact>
      </Facts>
    </Card>
  );
}

/** What the directory says of somebody. */
export function UserCard({ user }: { readonly user: UserFacts }) {
  return (
    <Card>
      <CardHeader
        title="In the directory"
        badge={user.active ? <Badge tone="connected">Active</Badge> : <Badge tone="danger">Deactivated</Badge>}
      />
      <Facts>
        <Fact label="userName">{user.userName}</Fact>
        {user.email !== user.userName && <Fact label="Directory email">{user.email}</Fact>}
        <Fact label="externalId">{user.externalId === null ? "None" : <code>{user.externalId}</code>}</Fact>
        <Fact label="Here since">
          <Time at={user.createdAt} />
          {user.origin === "jit" && ", by signing in"}
        </Fact>
        <Fact label="Last changed">
          <Time at={user.updatedAt} />
        </Fact>
        <Fact label="Id">
          <code>{user.id}</code>
        </Fact>
      </Facts>
    </Card>
  );
}

interface SessionsCardProps {
  readonly id: string;
  readonly sessions: readonly ListedSession[];
  readonly now: Date;
}

/** How somebody is signed in now, and the way to end that. */
export function SessionsCard({ id, sessions, now }: SessionsCardProps) {
  const [last] = sessions;
  return (
    <Card>
      <CardHeader title="Sessions" act={last && <a href={`/people/${id}/sessions`}>Look, and sign them out</a>} />
      {last ? (
        <p>
          Signed in in {sessions.length} {sessions.length === 1 ? "browser" : "browsers"}; last by{" "}
          {METHODS[last.method]}, <RelativeTime at={last.createdAt} now={now} />.
        </p>
      ) : (
        <p>Signed in nowhere.</p>
      )}
    </Card>
  );
}

interface ActsCardProps {
  readonly member: MemberFacts;
  readonly isOneself: boolean;
  /** Whether the directory may push them under another address yet. */
  readonly foresees: boolean;
}

/** What else an owner or admin can do about somebody. */
export function ActsCard({ member, isOneself, foresees }: ActsCardProps) {
  const mayForesee = foresees && member.origin === "manual" && member.state === "active";
  if (isOneself && !mayForesee) return null;
  return (
    <Card>
      <ButtonRow>
        {mayForesee && (
          <LinkButton kind="secondary" href={`/people/${member.id}/corporate-email`}>
            Set the corporate email
          </LinkButton>
        )}
        {!isOneself && (
          <LinkButton kind="danger" href={`/people/${member.id}/remove`}>
            Remove
          </LinkButton>
        )}
      </ButtonRow>
    </Card>
  );
}

/** One word on how things are with somebody. */
export function PersonState({ person: { member, user } }: { readonly person: Identity }) {
  if (!member) return <Badge>{user ? "Not a member" : "Gone"}</Badge>;
  if (member.state === "deactivated") {
    return <Badge tone="danger">{user && !user.active ? "Deactivated in the directory" : "Deactivated"}</Badge>;
  }
  return user?.active ? <Badge tone="connected">Connected</Badge> : <Badge>Not connected</Badge>;
}
