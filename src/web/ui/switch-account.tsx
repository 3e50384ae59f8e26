import { Button, ButtonRow, LinkButton } from "./button.tsx";
import { Card } from "./card.tsx";
import { PageHeading } from "./heading.tsx";

export interface SwitchAccountProps {
  /** What signs the other person in, once. */
  readonly token: string;
  readonly from: string;
  readonly to: string;
  /** Who wants that: "Your identity provider". */
  readonly who: string;
}

/** Somebody else is signed in in this browser: who goes on decides the person who sits before it. */
export function SwitchAccount({ token, from, to, who }: SwitchAccountProps) {
  return (
    <Card>
      <PageHeading title="Switch account?" lead={`You are signed in here as ${from}. ${who} wants to sign in ${to}.`} />
      <form method="post" action="/sign-in/link">
        <input type="hidden" name="token" value={token} />
        <ButtonRow>
          <Button>Continue as {to}</Button>
          <LinkButton href="/" kind="secondary">
            Stay {from}
          </LinkButton>
        </ButtonRow>
      </form>
    </Card>
  );
}
