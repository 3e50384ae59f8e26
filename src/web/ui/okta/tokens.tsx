import type { ListedToken } from "../../../domain/integration/tokens.ts";
import { Badge } from "../badge.tsx";
import { Button } from "../button.tsx";
import { Card, CardHeader } from "../card.tsx";
import { EmptyState } from "../empty-state.tsx";
import { Table } from "../table.tsx";
import { RelativeTime, Time } from "../time.tsx";

interface TokenCardProps {
  readonly tokens: readonly ListedToken[];
  readonly now: Date;
}

/** The SCIM tokens: when each was made and used, never what it is. */
export function TokenCard({ tokens, now }: TokenCardProps) {
  return (
    <Card flush={true}>
      <CardHeader
        title="SCIM tokens"
        hint="To rotate: make a new one, put it into Okta, then revoke the old one. Both work meanwhile."
        act={<NewTokenForm kind="secondary" />}
      />
      {tokens.length === 0 && <EmptyState sentence="There is no token: Okta cannot push anybody. Make a new one." />}
      {tokens.length > 0 && (
        <Table
          caption="SCIM tokens"
          columns={[{ label: "Made" }, { label: "Last used" }, { label: "Expires" }, { label: "Act", quiet: true }]}
          rows={tokens.map((token) => [
            <Time at={token.createdAt} />,
            <RelativeTime at={token.lastUsedAt} now={now} />,
            <TokenExpiry at={token.expiresAt} now={now} />,
            <a href={`/settings/okta/token/revoke?id=${token.id}`}>Revoke</a>,
          ])}
        />
      )}
    </Card>
  );
}

function TokenExpiry({ at, now }: { readonly at: Date | null; readonly now: Date }) {
  return (
    <>
      <Time at={at} dateOnly={true} /> {at && at <= now && <Badge tone="danger">Expired</Badge>}
    </>
  );
}

/** Makes another token; the page after it shows it once. */
export function NewTokenForm({ kind }: { readonly kind: "primary" | "secondary" }) {
  return (
    <form method="post" action="/settings/okta/token">
      <Button kind={kind} working="Making it…">
        New SCIM token
      </Button>
    </form>
  );
}
