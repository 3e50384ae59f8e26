import type { Child } from "hono/jsx";
import { Icon } from "./icon.tsx";

/** What every field of a form takes. */
export interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly value?: string | undefined;
  readonly hint?: Child;
  /** What is wrong with the value that was sent, as a sentence that says what to do. */
  readonly error?: string | undefined;
  readonly required?: boolean | undefined;
}

/** Where an error summary's link leads: the control of the field with this name. */
export function fieldId(name: string): string {
  return `field-${name}`;
}

/** The label above a control with its hint and its error, tied to it for screen readers. */
export function FieldFrame(props: FieldProps & { readonly children?: Child }) {
  return (
    <div class="field">
      <label class="label" for={fieldId(props.name)}>
        {props.label}
      </label>
      <FieldNotes {...props} />
      {props.children}
    </div>
  );
}

/** The hint and the error of a field, with the ids that `describedBy` names. */
export function FieldNotes({ name, hint, error }: FieldProps) {
  return (
    <>
      {hint && (
        <p class="hint" id={`${fieldId(name)}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="error" id={`${fieldId(name)}-error`}>
          <Icon name="warning" />
          <span>
            <span class="visually-hidden">Error: </span>
            {error}
          </span>
        </p>
      )}
    </>
  );
}

/** The ids of the hint and the error that a control is described by, if there is either. */
export function describedBy({ name, hint, error }: FieldProps): string | undefined {
  const ids = [hint && `${fieldId(name)}-hint`, error && `${fieldId(name)}-error`].filter(Boolean);
  return ids.length > 0 ? ids.join(" ") : undefined;
}
