import type { GitConnection } from "../../../domain/git/connections.ts";
import { Badge } from "../badge.tsx";
import { Card, CardHeader } from "../card.tsx";
import { Fact, Facts } from "../facts.tsx";
import { Time } from "../time.tsx";
import { GIT_HOST_WORDS } from "./words.ts";

/** The git accounts that somebody connected. Nothing where there are none: it is optional. */
export function GitCard({ accounts }: { readonly accounts: readonly GitConnection[] }) {
  if (accounts.length === 0) return null;
  return (
    <Card>
      <CardHeader title="Git accounts" hint="They connect and disconnect them on their account page." />
      <Facts>
        {accounts.map(({ provider, login, connectedAt, brokenAt }) => (
          <Fact label={GIT_HOST_WORDS[provider]}>
            {login}, since <Time at={connectedAt} dateOnly={true} />{" "}
            {brokenAt && <Badge tone="warning">To be connected again</Badge>}
          </Fact>
        ))}
      </Facts>
    </Card>
  );
}
