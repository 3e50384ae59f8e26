/** What somebody wants to see of the audit log, as they typed it. */
export interface AuditQuery {
  /** An id, an address, a userName or a name. */
  readonly person?: string | undefined;
  /** The name of an act, such as `member.added`. */
  readonly act?: string | undefined;
  /** Days in UTC, such as `2026-11-27`; both are included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly reference?: string | undefined;
}

/** The address of the audit log, or of its export, under this filter. */
export function auditPath(query: AuditQuery, before?: string, page: "/audit" | "/audit.csv" = "/audit"): string {
  const { person, act, from, to, reference } = query;
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ person, act, from, to, reference, before })) {
    if (value) parameters.set(name, value);
  }
  return parameters.size > 0 ? `${page}?${parameters}` : page;
}

/** Whether anything is left out. */
export function isFiltered(query: AuditQuery): boolean {
  return Object.values(query).some(Boolean);
}
