import { Banner } from "./banner.tsx";
import { Icon } from "./icon.tsx";

interface CopyFieldProps {
  readonly label: string;
  readonly value: string;
  readonly hint?: string | undefined;
}

/**
 * A value to take elsewhere, with a button that copies it. Without the script one click selects the whole value.
 * The value is text and not an input, so that a label of the same name still means the form's own field.
 */
export function CopyField({ label, value, hint }: CopyFieldProps) {
  return (
    <div class="copy">
      <p class="copy-label">{label}</p>
      <div class="copy-box">
        <code class="copy-value">{value}</code>
        <CopyButton label={label} />
      </div>
      {hint && <p class="hint">{hint}</p>}
    </div>
  );
}

/** The same in a row of a table, whose column says what it is; the label is for the button's name. */
export function CopyValue({ label, value }: Omit<CopyFieldProps, "hint">) {
  return (
    <div class="copy-box copy-inline">
      <code class="copy-value">{value}</code>
      <CopyButton label={label} />
    </div>
  );
}

/** A value that is shown this one time and never again. */
export function SecretField({ label, value, hint }: CopyFieldProps) {
  return (
    <div class="secret">
      <Banner tone="warning" title="Copy it now: it is shown only this once">
        We keep no copy that can be read. Who has it can change the people of this organization. If it is lost, make a
        new one.
      </Banner>
      <CopyField label={label} value={value} hint={hint} />
    </div>
  );
}

/** The number under which an administrator finds what happened. */
export function Reference({ value }: { readonly value: string }) {
  return <CopyField label="Reference number" value={value} />;
}

/** The script copies the `.copy-value` of the same `.copy-box`; without a script the button is not shown. */
function CopyButton({ label }: { readonly label: string }) {
  return (
    <button class="copy-button" type="button" data-copy={label}>
      <Icon name="copy" />
      <span data-copy-word="">Copy</span>
      <span class="visually-hidden"> {label}</span>
    </button>
  );
}
