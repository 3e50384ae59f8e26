import type { Child } from "hono/jsx";

type ButtonKind = "primary" | "secondary" | "danger";

interface ButtonProps {
  readonly kind?: ButtonKind | undefined;
  readonly name?: string | undefined;
  readonly value?: string | undefined;
  /** What the button says while its form is on the way, such as `Saving…`. */
  readonly working?: string | undefined;
  readonly children?: Child;
}

/** Submits the form it stands in, once. */
export function Button({ kind = "primary", name, value, working, children }: ButtonProps) {
  return (
    <button class={`button button-${kind}`} type="submit" name={name} value={value} data-working={working}>
      {children}
    </button>
  );
}

interface LinkButtonProps {
  readonly href: string;
  /** One or two letters in a small square before the words, as a mark; nobody reads them out. */
  readonly mark?: string | undefined;
  readonly kind?: ButtonKind | undefined;
  readonly children?: Child;
}

/** A link that looks like a button: it opens a page and changes nothing. */
export function LinkButton({ href, mark, kind = "primary", children }: LinkButtonProps) {
  return (
    <a class={`button button-${kind}`} href={href} data-mark={mark}>
      {children}
    </a>
  );
}

/** Buttons side by side, the primary one first. */
export function ButtonRow({ children }: { readonly children?: Child }) {
  return <div class="button-row">{children}</div>;
}

interface SubmitOrCancelProps {
  readonly kind?: "primary" | "danger" | undefined;
  /** What the button says while its form is on the way, such as `Saving…`. */
  readonly working?: string | undefined;
  /** Where one goes who does not want to. */
  readonly cancel: string;
  readonly children?: Child;
}

/** The end of a form: its one act, and the way out. */
export function SubmitOrCancel({ kind, working, cancel, children }: SubmitOrCancelProps) {
  return (
    <ButtonRow>
      <Button kind={kind} working={working}>
        {children}
      </Button>
      <LinkButton kind="secondary" href={cancel}>
        Cancel
      </LinkButton>
    </ButtonRow>
  );
}
