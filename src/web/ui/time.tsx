const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

interface TimeProps {
  readonly at: Date | null | undefined;
  /** What stands there when it has not happened. */
  readonly otherwise?: string | undefined;
  readonly dateOnly?: boolean | undefined;
  /** Where several things happen in a minute. */
  readonly seconds?: boolean | undefined;
}

/** A moment in UTC, such as `23 Nov 2026, 21:58 UTC`. */
export function Time({ at, otherwise = "Never", dateOnly = false, seconds = false }: TimeProps) {
  if (!at) return <>{otherwise}</>;
  return <time datetime={at.toISOString()}>{readableTime(at, dateOnly, seconds)}</time>;
}

interface RelativeTimeProps {
  readonly at: Date | null | undefined;
  /** The present moment; time is always an argument. */
  readonly now: Date;
  readonly otherwise?: string | undefined;
}

/** A moment as seen from now, such as `3 minutes ago`; after a week the date. The exact moment is in the title. */
export function RelativeTime({ at, now, otherwise = "Never" }: RelativeTimeProps) {
  if (!at) return <>{otherwise}</>;
  return (
    <time datetime={at.toISOString()} title={readableTime(at, false)}>
      {relativeText(Math.floor((now.getTime() - at.getTime()) / 1000)) ?? readableTime(at, true)}
    </time>
  );
}

/** A moment in words, in UTC. */
export function readableTime(at: Date, dateOnly: boolean, seconds = false): string {
  const date = `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
  return dateOnly ? date : `${date}, ${at.toISOString().slice(11, seconds ? 19 : 16)} UTC`;
}

/** `seconds` before now as words, or nothing for the future and for what is older than a week. */
function relativeText(seconds: number): string | undefined {
  if (seconds < 0 || seconds >= 7 * 86400) return undefined;
  if (seconds < 60) return "just now";
  if (seconds < 3600) return ago(seconds / 60, "minute");
  if (seconds < 86400) return ago(seconds / 3600, "hour");
  return ago(seconds / 86400, "day");
}

function ago(count: number, unit: string): string {
  const whole = Math.floor(count);
  return `${whole} ${unit}${whole === 1 ? "" : "s"} ago`;
}
