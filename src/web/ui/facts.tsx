import type { Child } from "hono/jsx";

/** A list of labelled values: put `Fact` rows in it. */
export function Facts({ children }: { readonly children?: Child }) {
  return <dl class="facts">{children}</dl>;
}

interface FactProps {
  readonly label: string;
  /** A quiet sentence under the value. */
  readonly hint?: Child;
  readonly children?: Child;
}

/** One row: `<Fact label="Connected members">12</Fact>`. */
export function Fact({ label, hint, children }: FactProps) {
  return (
    <div class="fact">
      <dt>{label}</dt>
      <dd>
        {children}
        {hint && <p class="hint">{hint}</p>}
      </dd>
    </div>
  );
}
