import type { Child } from "hono/jsx";

interface CardProps {
  /** `danger` for acts that take something away. */
  readonly tone?: "plain" | "danger" | undefined;
  /** Lets a table reach the edges of the card. */
  readonly flush?: boolean | undefined;
  readonly children?: Child;
}

/** A white sheet on the grey ground: one subject each. */
export function Card({ tone = "plain", flush = false, children }: CardProps) {
  return <section class={`card card-${tone}${flush ? " card-flush" : ""}`}>{children}</section>;
}

interface CardHeaderProps {
  readonly title: string;
  readonly hint?: Child;
  readonly badge?: Child;
  /** A small act at the right, such as Edit. */
  readonly act?: Child;
}

/** The `<h2>` of a card with what stands beside it. */
export function CardHeader({ title, hint, badge, act }: CardHeaderProps) {
  return (
    <div class="card-header">
      <div class="card-title">
        <h2>{title}</h2>
        {badge}
      </div>
      {act && <div class="card-act">{act}</div>}
      {hint && <p class="hint">{hint}</p>}
    </div>
  );
}
