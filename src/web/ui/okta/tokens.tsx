import type { DescribedToken } from "../../../domain/integration/token-life.ts";
import { Badge } from "../badge.tsx";
import { Button, LinkButton } from "../button.tsx";
import { Card, CardHeader } from "../card.tsx";
import { EmptyState } from "../empty-state.tsx";
import { Table } from "../table.tsx";
import { RelativeTime, Time } from "../time.tsx";

interface TokenCardProps {
  readonly tokens: readonly DescribedToken[];
  /** The provider's name within a sentence. */
  readonly provider: string;
  readonly now: Date;
}

/** The SCIM tokens: what each is called, when it was made and used, never what it is. */
export function TokenCard({ tokens, provider, now }: TokenCardProps) {
  return (
    <Card flush={true}>
      <CardHeader
        title="SCIM tokens"
        hint={`To rotate: make the next one, put it into ${provider}, and revoke the old one once the new one is in use. Both work meanwhile.`}
        act={
          <LinkButton kind="secondary" href="/settings/okta/token/new">
            {tokens.length === 0 ? "New SCIM token" : "Rotate token"}
          </LinkButton>
        }
      />
      {tokens.length === 0 && (
        <EmptyState sentence={`There is no token: ${provider} cannot push anybody. Make a new one.`} />
      )}
      {tokens.length > 0 && (
        <Table
          caption="SCIM tokens"
          columns={[{ label: "Name" }, { label: "Last used" }, { label: "Expires" }, { label: "Act", quiet: true }]}
          rows={tokens.map((token) => [
            <TokenName token={token} />,
            <TokenUse token={token} now={now} />,
            <TokenExpiry token={token} />,
            <a href={`/settings/okta/token/revoke?id=${token.id}`}>
              Revoke<span class="visually-hidden"> {token.name}</span>
            </a>,
          ])}
        />
      )}
    </Card>
  );
}

function TokenName({ token }: { readonly token: DescribedToken }) {
  return (
    <>
      {token.name}
      <p class="hint">
        Made <Time at={token.createdAt} />
        {token.createdBy && ` by ${token.createdBy}`}
      </p>
    </>
  );
}

function TokenUse({ token: { lastUsedAt, firstUsedAt }, now }: { readonly token: DescribedToken; readonly now: Date }) {
  return (
    <>
      <RelativeTime at={lastUsedAt} now={now} otherwise="Not used yet" />
      {firstUsedAt && (
        <p class="hint">
          In use since <Time at={firstUsedAt} dateOnly={true} />
        </p>
      )}
    </>
  );
}

function TokenExpiry({ token: { expiresAt, state } }: { readonly token: DescribedToken }) {
  return (
    <>
      <Time at={expiresAt} dateOnly={true} /> {state === "expired" && <Badge tone="danger">Expired</Badge>}
      {state === "expiring" && <Badge tone="warning">Expires soon</Badge>}
    </>
  );
}

/** Makes another token, with the usual name and without expiry; the page after it shows it once. */
export function NewTokenForm() {
  return (
    <form method="post" action="/settings/okta/token">
      <Button working="Making it…">New SCIM token</Button>
    </form>
  );
}
