import type { Child } from "hono/jsx";
import { fieldId } from "./field-frame.tsx";
import { Icon } from "./icon.tsx";

interface FormProps {
  readonly action: string;
  /** Values that travel along unseen. */
  readonly hidden?: Readonly<Record<string, string>> | undefined;
  /** Whether it sends files. */
  readonly upload?: boolean | undefined;
  readonly children?: Child;
}

/** A form that is posted. The server checks it and answers in our words, so the browser's own checks are off. */
export function Form({ action, hidden, upload = false, children }: FormProps) {
  const encoding = upload ? "multipart/form-data" : undefined;
  return (
    <form class="form" method="post" action={action} enctype={encoding} novalidate={true}>
      <HiddenValues values={hidden} />
      {children}
    </form>
  );
}

interface ErrorSummaryProps {
  readonly title?: string | undefined;
  /** By field name; an error without a field stands as plain text. */
  readonly errors: readonly { readonly field?: string | undefined; readonly message: string }[];
}

/** What is wrong with a form, above it, with a link to each field. It takes the focus. Nothing when all is well. */
export function ErrorSummary({ title = "Please correct what is marked below", errors }: ErrorSummaryProps) {
  if (errors.length === 0) return null;
  return (
    // After a refused form the reader starts at what is wrong, also without the script.
    <div class="error-summary" tabindex={-1} autofocus={true}>
      <div role="alert">
        <h2>
          <Icon name="warning" />
          {title}
        </h2>
        <ul>
          {errors.map(({ field, message }) => (
            <li>{field === undefined ? message : <a href={`#${fieldId(field)}`}>{message}</a>}</li>
          ))}
        </ul>
      </div>
    </div>
  );
}

interface SearchFormProps {
  readonly action: string;
  readonly label: string;
  readonly value?: string | undefined;
  readonly placeholder?: string | undefined;
  readonly hidden?: Readonly<Record<string, string>> | undefined;
}

/** A search that is a link to share: it asks with GET `?q=`. */
export function SearchForm({ action, label, value = "", placeholder, hidden }: SearchFormProps) {
  return (
    <search>
      <form class="search" method="get" action={action}>
        <HiddenValues values={hidden} />
        <label class="visually-hidden" for={fieldId("q")}>
          {label}
        </label>
        <input
          class="input"
          type="search"
          id={fieldId("q")}
          name="q"
          value={value}
          placeholder={placeholder}
          autocomplete="off"
        />
        <button class="button button-secondary" type="submit">
          <Icon name="search" />
          Search
        </button>
        {value && <a href={action}>Clear</a>}
      </form>
    </search>
  );
}

function HiddenValues({ values = {} }: { readonly values?: Readonly<Record<string, string>> | undefined }) {
  return (
    <>
      {Object.entries(values).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
    </>
  );
}
