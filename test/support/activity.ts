import { randomUUID } from "node:crypto";
import { firstId, newId } from "../../src/db/id.ts";
import { type RequestRecord, recordRequests } from "../../src/domain/activity/record.ts";
import type { TestOrganization } from "./organization.ts";

/** A request of the organization's directory as it is kept, with these columns. */
export function requestRow(organizationId: string, columns: Partial<RequestRecord> = {}): RequestRecord {
  const at = columns.at ?? new Date();
  return {
    organization_id: organizationId,
    id: columns.at ? idOf(at) : newId(at),
    at,
    duration_ms: 4.2,
    method: "POST",
    path: "/Users",
    status: 201,
    outcome: "added",
    summary: "Added Ada Park",
    people: ["ada@example.test"],
    group_id: null,
    token_id: null,
    ip: "192.0.2.7",
    user_agent: "Okta SCIM Client 1.0.0",
    reference_id: "3PK9Y-A9P3G",
    request: null,
    response: null,
    change: null,
    refusal: null,
    ...columns,
  };
}

let made = 0;

/** An id of another time than now: `newId` never goes back. Later ones of one moment are larger. */
function idOf(at: Date): string {
  const count = (made++ % 0x1000).toString(16).padStart(3, "0");
  return `${firstId(at).slice(0, 14)}7${count}-${randomUUID().slice(19)}`;
}

/** Records such requests, in this order; answers their ids. */
export async function record(org: TestOrganization, ...rows: Partial<RequestRecord>[]): Promise<string[]> {
  const whole = rows.map((columns) => requestRow(org.organization.id, columns));
  await recordRequests(org.scope.db, whole);
  return whole.map(({ id }) => id);
}

/** A lookup, as directories ask before each assignment. */
export const LOOKUP = {
  method: "GET",
  path: '/Users?filter=userName eq "ada@example.test"',
  status: 200,
  outcome: "read",
  summary: "Looked for ada@example.test",
} as const;
