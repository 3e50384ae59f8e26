import type { Child } from "hono/jsx";

interface PageProps {
  readonly title: string;
  readonly here?: "dashboard" | "admin";
  /** True while a task runs: the page then reloads itself until it is done. */
  readonly busy?: boolean;
  readonly children?: Child;
}

/** The frame of every page: what this is, the two places, and one heading. */
export function Page({ title, here, busy, children }: PageProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · Simulated Okta`}</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/okta.css" />
        <link rel="stylesheet" href="/assets/admin.css" />
        <script src="/assets/okta.js" defer />
      </head>
      <body data-busy={busy ? "yes" : undefined}>
        <header>
          <p class="label">Simulated Okta: for trying and testing only</p>
          <div class="bar">
            <span class="org">Demo org</span>
            <nav aria-label="Pages">
              <a href="/" aria-current={here === "dashboard" ? "page" : undefined}>
                My apps
              </a>
              <a href="/admin" aria-current={here === "admin" ? "page" : undefined}>
                Admin
              </a>
            </nav>
          </div>
        </header>
        <main>
          <h1>{title}</h1>
          {children}
        </main>
      </body>
    </html>
  );
}

/** A button that is a form of its own, because it changes something. */
export function Act(props: { to: string; label: string; name: string; kind?: "primary" | "danger" }) {
  return (
    <form method="post" action={props.to}>
      <button type="submit" class={props.kind} aria-label={props.name}>
        {props.label}
      </button>
    </form>
  );
}

/** A value to copy elsewhere, with its button. */
export function Copy(props: { id: string; label: string; value: string; rows?: number }) {
  return (
    <div class="field">
      <label for={props.id}>{props.label}</label>
      <div class="copy">
        {props.rows ? (
          <textarea id={props.id} rows={props.rows} readonly spellcheck={false}>
            {props.value}
          </textarea>
        ) : (
          <input id={props.id} value={props.value} readonly />
        )}
        <button type="button" data-copy={props.id} aria-label={`Copy ${props.label}`}>
          Copy
        </button>
      </div>
    </div>
  );
}
