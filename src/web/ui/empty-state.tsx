import type { Child } from "hono/jsx";

interface EmptyStateProps {
  readonly sentence: string;
  /** The one thing to do about it: a link or a button. */
  readonly act?: Child;
}

/** What stands where a list would be. */
export function EmptyState({ sentence, act }: EmptyStateProps) {
  return (
    <div class="empty">
      <p>{sentence}</p>
      {act}
    </div>
  );
}
