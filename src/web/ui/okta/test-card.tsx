import type { Integration } from "../../../domain/integration/integration.ts";
import { Badge } from "../badge.tsx";
import { Card, CardHeader } from "../card.tsx";
import { Icon } from "../icon.tsx";
import { RelativeTime } from "../time.tsx";

interface TestCardProps {
  readonly integration: Pick<Integration, "testedAt" | "testedBy">;
  readonly now: Date;
}

/** The way to test the sign-in, in a new window, and when it last worked. */
export function TestCard({ integration: { testedAt, testedBy }, now }: TestCardProps) {
  return (
    <Card>
      <CardHeader
        title="Test sign-in"
        badge={testedAt ? <Badge tone="connected">Works</Badge> : <Badge>Not tested</Badge>}
        hint="Goes through the real sign-in in a new window, shows each check with what it wanted and got, and signs nobody in."
        act={
          <a class="button button-secondary" href="/settings/okta/test/start" target="_blank" rel="noopener">
            Test sign-in
            <Icon name="external" />
            <span class="visually-hidden">(opens a new window)</span>
          </a>
        }
      />
      {testedAt && (
        <p class="hint">
          Last passed <RelativeTime at={testedAt} now={now} />, by {testedBy ?? "somebody who left"}.
        </p>
      )}
    </Card>
  );
}
