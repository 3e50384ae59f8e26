import type { Child } from "hono/jsx";

interface BadgeProps {
  readonly tone?: "connected" | "neutral" | "warning" | "danger" | undefined;
  readonly children?: Child;
}

/** One or two words on a state, such as *Connected*. */
export function Badge({ tone = "neutral", children }: BadgeProps) {
  return <span class={`badge badge-${tone}`}>{children}</span>;
}
