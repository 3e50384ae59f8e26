import type { Identity, MemberFacts, UserFacts } from "../../../domain/people/identity.ts";
import { Badge } from "../badge.tsx";
import { Card, CardHeader } from "../card.tsx";
import { Fact, Facts } from "../facts.tsx";
import { Time } from "../time.tsx";
import { ROLE_WORDS, SOURCE_WORDS } from "./words.ts";

/** Who somebody is here, and what the directory says of them. */
export function PersonFacts({ person: { member, user } }: { readonly person: Identity }) {
  return (
    <>
      {member && <MemberCard member={member} />}
      {user && <UserCard user={user} />}
    </>
  );
}

function MemberCard({ member }: { readonly member: MemberFacts }) {
  return (
    <Card>
      <CardHeader title="Member" />
      <Facts>
        <Fact label="Email">{member.email}</Fact>
        <Fact label="Role">{ROLE_WORDS[member.role]}</Fact>
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

function UserCard({ user }: { readonly user: UserFacts }) {
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

/** One word on how things are with somebody. */
export function PersonState({ person: { member, user } }: { readonly person: Identity }) {
  if (!member) return <Badge>{user ? "Not a member" : "Gone"}</Badge>;
  if (member.state === "deactivated") return <Badge tone="danger">Deactivated</Badge>;
  return user?.active ? <Badge tone="connected">Connected</Badge> : <Badge>Not connected</Badge>;
}
