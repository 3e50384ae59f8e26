import type { GroupExplained } from "../../../domain/directory/explain.ts";
import { Card, CardHeader } from "../card.tsx";
import { reasonText } from "./reason.ts";

/** The groups that somebody is in, and where each comes from. Nothing where there are none. */
export function GroupsCard({ groups }: { readonly groups: readonly GroupExplained[] }) {
  if (groups.length === 0) return null;
  return (
    <Card>
      <CardHeader title="Groups" />
      <ul class="list">
        {groups.map((group) => (
          <li>
            <a href={`/groups/${group.id}`}>{group.name}</a>: {whence(group).join("; ")}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function whence({ source, byHand, because }: GroupExplained): string[] {
  if (source === "pushed") return ["pushed by the directory"];
  return [...(byHand ? ["added by hand"] : []), ...because.map(reasonText)];
}
