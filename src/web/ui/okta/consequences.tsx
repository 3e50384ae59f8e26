import type { DisconnectPreview } from "../../../domain/integration/disconnect.ts";
import { LinkButton } from "../button.tsx";
import { Card, CardHeader } from "../card.tsx";

/** Whom a disconnect touches, with the first names, and all of them to download. */
export function Consequences({ preview, provider }: { preview: DisconnectPreview; provider: string }) {
  const { membersDeleted, membersKept, firstDeleted, firstKept } = preview;
  return (
    <Card>
      <CardHeader
        title={`${members(membersDeleted)} created by the integration`}
        hint="They will be deleted, unless you choose below to keep them."
        act={membersDeleted + membersKept > 0 && <Download />}
      />
      <Names first={firstDeleted} count={membersDeleted} />
      <CardHeader
        title={`${members(membersKept)} will stay`}
        hint={`They were here before and ${provider} knew them. The deactivated stay deactivated.`}
      />
      <Names first={firstKept} count={membersKept} />
    </Card>
  );
}

function Download() {
  return (
    <LinkButton kind="secondary" href="/settings/okta/disconnect/people.csv">
      Download the list
    </LinkButton>
  );
}

function Names({ first, count }: { first: readonly string[]; count: number }) {
  if (count === 0) return null;
  const more = count - first.length;
  return (
    <ul class="list">
      {first.map((name) => (
        <li>{name}</li>
      ))}
      {more > 0 && <li>and {more.toLocaleString("en")} more</li>}
    </ul>
  );
}

/** `1 member`, `1,300 members`. */
export function members(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "member" : "members"}`;
}
