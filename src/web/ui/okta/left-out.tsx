import type { Unconnected } from "../../../domain/integration/enforcement.ts";
import { Card, CardHeader } from "../card.tsx";

interface LeftOutProps {
  readonly unconnected: Unconnected;
  readonly provider: string;
}

/** Whom enforcement would lock out as things are. */
export function LeftOut({ unconnected: { count, active, first }, provider }: LeftOutProps) {
  if (count === 0) {
    return (
      <Card>
        <CardHeader
          title="Nobody would be locked out"
          hint={`Each of the ${people(active, "active")} is known to ${provider} here, or came in through it before.`}
        />
      </Card>
    );
  }
  const more = count - first.length;
  return (
    <Card>
      <CardHeader
        title={`${people(count)} may be locked out`}
        hint={`Of ${people(active, "active")}, ${count === 1 ? "this one" : "these"} ${provider} has not pushed, and they never came in through it. They can, once ${provider} sends the address that stands here.`}
      />
      <ul class="list">
        {first.map(({ name, email }) => (
          <li>
            {name}, {email}
          </li>
        ))}
        {more > 0 && <li>and {more.toLocaleString("en")} more</li>}
      </ul>
    </Card>
  );
}

function people(count: number, kind?: string): string {
  return [count.toLocaleString("en"), kind, count === 1 ? "member" : "members"].filter(Boolean).join(" ");
}
