import { Avatar } from "../avatar.tsx";
import { LinkButton } from "../button.tsx";
import { Card, CardHeader } from "../card.tsx";
import { Fact, Facts } from "../facts.tsx";

interface OwnFactsProps {
  readonly name: string;
  readonly email: string;
  readonly role: string | undefined;
  /** Who keeps name and email, by its name within a sentence; undefined where one does so oneself. */
  readonly kept: string | undefined;
}

/** Who one is here. The name can be changed unless a directory keeps it; then the card says so. */
export function OwnFacts({ name, email, role, kept }: OwnFactsProps) {
  return (
    <Card>
      <CardHeader
        title="You"
        badge={<Avatar name={name} />}
        hint={kept && `Your name and email are kept by ${kept}: they are changed there.`}
        act={
          !kept && (
            <LinkButton kind="secondary" href="/account/name">
              Change name
            </LinkButton>
          )
        }
      />
      <Facts>
        <Fact label="Name">{name}</Fact>
        <Fact label="Email">{email}</Fact>
        <Fact label="Role">{role}</Fact>
      </Facts>
    </Card>
  );
}
