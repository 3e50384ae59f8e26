import type { Child } from "hono/jsx";

/** A numbered guide: put `Step`s in it. */
export function Steps({ children }: { readonly children?: Child }) {
  return <ol class="steps">{children}</ol>;
}

/** One step, with what to do in it. */
export function Step({ title, children }: { readonly title: string; readonly children?: Child }) {
  return (
    <li class="step">
      <h3>{title}</h3>
      <div class="step-text">{children}</div>
    </li>
  );
}
