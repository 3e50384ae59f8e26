/**
 * An instant in UTC (SAML Core §1.3.3), as in `2026-03-01T09:30:00.123Z`, to the millisecond. Undefined for anything
 * else: another zone, a day that does not exist, a leap second.
 */
export function instantOf(text: string): Date | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(text)) return undefined;
  const seconds = text.slice(0, 19);
  // Entra writes seven decimals; JavaScript counts three.
  const decimals = text.slice(20, -1).slice(0, 3).padEnd(3, "0");
  const instant = new Date(`${seconds}.${decimals}Z`);
  // A date such as 30 February rolls over instead of failing.
  return Number.isNaN(instant.getTime()) || !instant.toISOString().startsWith(seconds) ? undefined : instant;
}
