import type { Child } from "hono/jsx";
import { describedBy, FieldFrame, FieldNotes, type FieldProps, fieldId } from "./field-frame.tsx";

interface TextFieldProps extends FieldProps {
  readonly type?: "text" | "email" | "url" | "date" | undefined;
  /** As browsers know it: `name`, `email`, `off`. */
  readonly autocomplete?: string | undefined;
  /** `numeric` brings up digits on a phone; the value stays what was typed, also when it is no number. */
  readonly inputmode?: "numeric" | undefined;
  readonly placeholder?: string | undefined;
  /** What follows the value, such as `days` or `.example.com`. */
  readonly suffix?: string | undefined;
  /** For addresses, slugs and codes. */
  readonly mono?: boolean | undefined;
  /** What the browser offers to fill in; anything else can be typed. */
  readonly suggestions?: readonly Choice[] | undefined;
  /** The id of such a list that several fields share. */
  readonly list?: string | undefined;
}

/** One line of text. The value that was sent stays in it. */
export function TextField(props: TextFieldProps) {
  const { type = "text", value = "", inputmode, suffix, mono = false, suggestions } = props;
  return (
    <FieldFrame {...props}>
      <div class={inputmode === "numeric" ? "input-row input-short" : "input-row"}>
        <input
          class={mono ? "input mono" : "input"}
          type={type}
          value={value}
          autocomplete={props.autocomplete ?? "off"}
          inputmode={inputmode}
          placeholder={props.placeholder}
          spellcheck={mono || type !== "text" ? false : undefined}
          list={props.list ?? (suggestions ? `${fieldId(props.name)}-list` : undefined)}
          {...controlAttributes(props)}
        />
        {suggestions && (
          <datalist id={`${fieldId(props.name)}-list`}>
            {suggestions.map(({ value, label }) => (
              <option value={value}>{label}</option>
            ))}
          </datalist>
        )}
        {suffix && <span class="input-suffix">{suffix}</span>}
      </div>
    </FieldFrame>
  );
}

interface FileFieldProps extends FieldProps {
  /** The kinds of files that the browser offers first, such as `.xml`. */
  readonly accept?: string | undefined;
}

/** A file to send. Its form takes `upload`. A browser does not keep what was chosen when a form is shown again. */
export function FileField(props: FileFieldProps) {
  return (
    <FieldFrame {...props}>
      <input class="input" type="file" accept={props.accept} {...controlAttributes(props)} />
    </FieldFrame>
  );
}

interface TextAreaProps extends FieldProps {
  readonly rows?: number | undefined;
  readonly mono?: boolean | undefined;
  readonly placeholder?: string | undefined;
}

/** Several lines of text, such as a certificate. */
export function TextArea(props: TextAreaProps) {
  const { value = "", rows = 6, mono = false, placeholder } = props;
  return (
    <FieldFrame {...props}>
      <textarea
        class={mono ? "input mono" : "input"}
        rows={rows}
        placeholder={placeholder}
        spellcheck={mono ? false : undefined}
        {...controlAttributes(props)}
      >
        {/* HTML drops the first line break of a textarea, so a value that begins with one gets another. */}
        {value.startsWith("\n") ? `\n${value}` : value}
      </textarea>
    </FieldFrame>
  );
}

interface Choice {
  readonly value: string;
  readonly label: string;
}

interface SelectProps extends FieldProps {
  readonly options: readonly Choice[];
}

/** One of many. */
export function Select(props: SelectProps) {
  return (
    <FieldFrame {...props}>
      <select class="input" {...controlAttributes(props)}>
        {props.options.map(({ value, label }) => (
          <option value={value} selected={value === props.value}>
            {label}
          </option>
        ))}
      </select>
    </FieldFrame>
  );
}

interface RadioGroupProps extends FieldProps {
  readonly options: readonly (Choice & { readonly hint?: Child })[];
}

/** One of a few, all of them in sight. */
export function RadioGroup(props: RadioGroupProps) {
  const { name, label, options, value: chosen, required } = props;
  return (
    <fieldset class="field radios" aria-describedby={describedBy(props)}>
      <legend class="label">{label}</legend>
      <FieldNotes {...props} />
      {options.map(({ value, label, hint }, index) => {
        const id = index === 0 ? fieldId(name) : `${fieldId(name)}-${value}`;
        return (
          <div class="radio">
            <input type="radio" id={id} name={name} value={value} checked={value === chosen} required={required} />
            <div>
              <label for={id}>{label}</label>
              {hint && <p class="hint">{hint}</p>}
            </div>
          </div>
        );
      })}
    </fieldset>
  );
}

function controlAttributes(props: FieldProps) {
  return {
    id: fieldId(props.name),
    name: props.name,
    required: props.required ?? false,
    "aria-describedby": describedBy(props),
    "aria-invalid": props.error ? "true" : undefined,
  };
}
