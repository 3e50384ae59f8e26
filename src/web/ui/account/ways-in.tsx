import type { SignInMethod } from "../../../db/tables.ts";
import { Card, CardHeader } from "../card.tsx";
import { Fact, Facts } from "../facts.tsx";
import type { GitRow } from "../git-accounts.tsx";
import { METHODS } from "../sign-in-methods.ts";
import { Time } from "../time.tsx";

interface WaysInProps {
  readonly session: { readonly method: SignInMethod; readonly createdAt: Date };
  /** The identity provider's name within a sentence, where Single Sign-On is set up. */
  readonly provider: string | undefined;
  /** Single Sign-On is the only way in. */
  readonly enforced: boolean;
  readonly git: readonly GitRow[];
}

/** How one came in, and how one may come in. */
export function WaysIn({ session, provider, enforced, git }: WaysInProps) {
  const logins = git.flatMap(({ name, connection }) => (connection ? [`@${connection.login} at ${name}`] : []));
  const only = "Not while Single Sign-On is the only way in.";
  return (
    <Card>
      <CardHeader title="How you sign in" />
      <Facts>
        <Fact label="Signed in with">
          {METHODS[session.method]}, <Time at={session.createdAt} />
        </Fact>
        <Fact label="Single Sign-On">{provider ? `Through ${provider}` : "Not set up here"}</Fact>
        {git.length > 0 && (
          <Fact label="Git accounts">{enforced ? only : logins.join(", ") || "None connected yet"}</Fact>
        )}
        <Fact label="Sign-in link">
          {enforced ? "For owners alone" : "Made by whoever runs this service, works once"}
        </Fact>
      </Facts>
    </Card>
  );
}
