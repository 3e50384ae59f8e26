import type { Child } from "hono/jsx";
import { Icon } from "./icon.tsx";

interface PageHeadingProps {
  readonly title: string;
  /** One or two sentences under the heading. */
  readonly lead?: Child;
  readonly badge?: Child;
  /** The page's one primary act, when it is not a form's button. */
  readonly act?: Child;
  readonly back?: { readonly label: string; readonly href: string } | undefined;
}

/** The `<h1>` of a page; every page has exactly one. */
export function PageHeading({ title, lead, badge, act, back }: PageHeadingProps) {
  return (
    <div class="heading">
      {back && (
        <a class="heading-back" href={back.href}>
          <Icon name="chevron" />
          {back.label}
        </a>
      )}
      <div class="heading-line">
        <h1>{title}</h1>
        {badge}
        {act && <div class="heading-act">{act}</div>}
      </div>
      {lead && <p class="lead">{lead}</p>}
    </div>
  );
}

interface SectionProps {
  readonly title: string;
  readonly hint?: Child;
  readonly children?: Child;
}

/** A part of a page or of a card, under an `<h2>`. */
export function Section({ title, hint, children }: SectionProps) {
  return (
    <section class="section">
      <div class="section-head">
        <h2>{title}</h2>
        {hint && <p class="hint">{hint}</p>}
      </div>
      {children}
    </section>
  );
}
