import { ButtonRow, LinkButton } from "./button.tsx";
import { Card } from "./card.tsx";
import { Reference } from "./copy.tsx";
import { PageHeading } from "./heading.tsx";
import { Page } from "./page.tsx";
import type { Shell } from "./shell.ts";

interface RefusalPageProps {
  readonly shell: Shell;
  readonly title: string;
  /** A plain sentence that anybody may read: what was refused and what to do. Never the cause of a 5xx. */
  readonly sentence: string;
  /** The number under which the administrator finds the cause. */
  readonly reference: string;
  /** Else the shell's. */
  readonly supportEmail?: string | undefined;
  readonly retry?: { readonly label: string; readonly href: string } | undefined;
  /** Where an administrator reads what such a refusal means. */
  readonly meaning?: string | undefined;
  /** Names or addresses of those who can help inside the organization. */
  readonly whomToAsk?: readonly string[] | undefined;
}

/** The page that says no: for 400, 403, 404, 405, 413, 415 and 500. */
export function RefusalPage(props: RefusalPageProps) {
  const {
    shell,
    title,
    sentence,
    reference,
    retry,
    meaning,
    whomToAsk = [],
    supportEmail = shell.supportEmail,
  } = props;
  return (
    <Page title={title} shell={shell} width="narrow">
      <Card>
        <PageHeading title={title} lead={sentence} />
        {whomToAsk.length > 0 && (
          <div>
            <p>These people can help:</p>
            <ul class="list">
              {whomToAsk.map((person) => (
                <li>{person}</li>
              ))}
            </ul>
          </div>
        )}
        {retry && (
          <ButtonRow>
            <LinkButton href={retry.href}>{retry.label}</LinkButton>
          </ButtonRow>
        )}
        {meaning && (
          <p class="hint">
            For administrators: <a href={meaning}>what this means, and what to do</a>
          </p>
        )}
        <div class="refusal-foot">
          {supportEmail && <Support email={supportEmail} reference={reference} />}
          <Reference value={reference} />
        </div>
      </Card>
    </Page>
  );
}

function Support({ email, reference }: { readonly email: string; readonly reference: string }) {
  return (
    <p class="hint">
      Still stuck? Write to{" "}
      <a href={`mailto:${email}?subject=${encodeURIComponent(`Reference ${reference}`)}`}>{email}</a> and give this
      number.
    </p>
  );
}
