import type { GroupExplained, Reason, RoleExplained } from "../../../domain/directory/explain.ts";
import { Card, CardHeader } from "../card.tsx";
import { Table } from "../table.tsx";
import { reasonText } from "./reasons.ts";

interface BelongingsProps {
  readonly role: RoleExplained | undefined;
  readonly groups: readonly GroupExplained[];
  /** The identity provider's name within a sentence. */
  readonly provider: string;
}

const ROLES = { owner: "Owner", admin: "Admin", member: "Member" } as const;

/** One's role and groups, each with where it comes from. */
export function Belongings({ role, groups, provider }: BelongingsProps) {
  const rows = [
    ...(role ? [[`Role: ${ROLES[role.role]}`, roleText(role, provider)]] : []),
    ...groups.map((group) => [<GroupLink {...group} />, groupText(group, provider)]),
  ];
  return (
    <Card flush={true}>
      <CardHeader title="Role and groups" hint="What you have here, and where it comes from." />
      <Table caption="Role and groups" columns={[{ label: "What" }, { label: "Where it comes from" }]} rows={rows} />
    </Card>
  );
}

function GroupLink({ id, name }: GroupExplained) {
  return (
    <>
      Group: <a href={`/groups/${id}`}>{name}</a>
    </>
  );
}

function roleText({ role, granted, mapped }: RoleExplained, provider: string): string {
  const because = mapped?.role === role ? reasons(mapped.because, provider) : undefined;
  if (because === undefined) return role === "member" ? "What every member has" : "Given by hand";
  return granted === role ? `Given by hand, and by ${because}` : `Given by ${because}`;
}

function groupText({ source, byHand, because }: GroupExplained, provider: string): string {
  if (source === "pushed") return `Pushed by ${provider}`;
  const mapped = because.length > 0 ? `by ${reasons(because, provider)}` : undefined;
  return [byHand ? "Added by hand" : undefined, mapped].filter(Boolean).join(", and ") || "Added here";
}

function reasons(because: readonly Reason[], provider: string): string {
  return because.map((reason) => reasonText(reason, provider)).join(" and ");
}
