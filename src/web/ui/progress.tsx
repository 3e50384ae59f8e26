interface ProgressProps {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  /** What the numbers count, such as `members`. */
  readonly unit: string;
  /** Whether the work goes on: the script then asks again for this page and moves the bar, or loads what comes after. */
  readonly running: boolean;
}

/** How far a long job is. Without the script a sentence says to load the page again. */
export function Progress({ label, done, total, unit, running }: ProgressProps) {
  return (
    <div class="progress" id="progress" data-poll={running ? "2" : undefined}>
      <label for="progress-bar">{label}</label>
      <progress id="progress-bar" max={Math.max(total, 1)} value={Math.min(done, total)} />
      <p id="progress-text">
        {done} of {total} {unit}
      </p>
      {running && <noscript>Load this page again to see how far it is.</noscript>}
    </div>
  );
}
