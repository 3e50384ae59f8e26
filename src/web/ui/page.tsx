import type { Child } from "hono/jsx";
import { asset } from "./asset.ts";
import { Banner } from "./banner.tsx";
import { Header } from "./header.tsx";
import type { Shell } from "./shell.ts";

const STYLESHEETS = ["tokens.css", "base.css", "layout.css", "content.css", "table.css", "forms.css", "activity.css"];

interface PageProps {
  readonly title: string;
  readonly shell: Shell;
  /** `narrow` for one small card (sign-in), `wide` for tables and settings. */
  readonly width?: "narrow" | "normal" | "wide" | undefined;
  readonly children?: Child;
}

/** A whole HTML document. Answer it with `c.html(await renderPage(<Page …>))`, which puts the doctype in front. */
export function Page({ title, shell, width = "normal", children }: PageProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>{[title, shell.organization?.name, shell.productName].filter(Boolean).join(" · ")}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" type="image/svg+xml" href={asset("mark.svg")} />
        {STYLESHEETS.map((name) => (
          <link rel="stylesheet" href={asset(name)} />
        ))}
        <script src={asset("app.js")} defer={true} />
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <Header shell={shell} />
        <main id="main" class={`main main-${width}`} tabindex={-1}>
          <ShellBanners shell={shell} />
          {children}
          <p id="announcer" class="visually-hidden" role="status" />
        </main>
        <Footer shell={shell} />
      </body>
    </html>
  );
}

/** The document as text with its doctype, ready to be sent. */
export async function renderPage(page: ReturnType<typeof Page>): Promise<string> {
  return `<!doctype html>${await page.toString()}`;
}

function ShellBanners({ shell }: { readonly shell: Shell }) {
  return (
    <>
      {shell.banners?.map(({ tone, text, link }) => (
        <Banner tone={tone}>
          {text} {link && <a href={link.href}>{link.label}</a>}
        </Banner>
      ))}
    </>
  );
}

function Footer({ shell }: { readonly shell: Shell }) {
  return (
    <footer class="footer">
      <span>{shell.productName}</span>
      {shell.supportEmail && (
        <span>
          Need help? <a href={`mailto:${shell.supportEmail}`}>{shell.supportEmail}</a>
        </span>
      )}
    </footer>
  );
}
