import { sentenceOf } from "../../domain/audit/acts.ts";
import { gatherFacts } from "../../domain/people/facts.ts";
import { findIdentities } from "../../domain/people/find.ts";
import type { Identity } from "../../domain/people/identity.ts";
import { why } from "../../domain/people/why.ts";
import type { Context } from "../edge/context.ts";
import { shellOf } from "../edge/shell.ts";
import { show } from "../edge/show.ts";
import { Card, CardHeader } from "../ui/card.tsx";
import { PageHeading } from "../ui/heading.tsx";
import { Page } from "../ui/page.tsx";
import { whyPath } from "../ui/people/address.ts";
import { AnswerCard } from "../ui/people/answer-card.tsx";
import { PersonState } from "../ui/people/person-facts.tsx";
import { WhyForm } from "../ui/people/why-form.tsx";

/** `GET /people/why?q=`: why things are with somebody as they are, also with somebody whom nobody here knows. */
export async function showWhy(c: Context): Promise<Response> {
  // PostgreSQL holds no NUL in a text.
  const q = c.req.query("q")?.replaceAll("\0", "").trim().slice(0, 254) ?? "";
  const found = q ? await findIdentities(c.var.scope, q) : [];
  const page = (
    <Page title={q ? `Why? ${q}` : "Why?"} shell={shellOf(c)} width="wide">
      {found.length > 1 ? <Several q={q} found={found} /> : await answered(c, q, found[0])}
      <WhyForm q={q} />
    </Page>
  );
  return show(c, page);
}

async function answered(c: Context, q: string, person: Identity | undefined) {
  const back = { label: "People", href: "/people" };
  if (!q) return <PageHeading title="Why?" lead="Ask about one person, by email or name." back={back} />;
  const facts = await gatherFacts(c.var.scope, q, person, c.var.parts.config.activityDays);
  const id = person?.member?.id ?? person?.user?.id ?? person?.ids[0];
  const name = person?.name ?? q;
  return (
    <>
      <PageHeading
        title={name}
        badge={person && <PersonState person={person} />}
        lead={
          id ? (
            <a href={`/people/${id}`}>Everything that happened to {name}</a>
          ) : (
            "Nobody here is called so, and nobody was."
          )
        }
        back={back}
      />
      {why(facts).map((answer) => (
        <AnswerCard answer={answer} says={sentenceOf} asked={q} personId={id} />
      ))}
    </>
  );
}

function Several({ q, found }: { readonly q: string; readonly found: readonly Identity[] }) {
  return (
    <>
      <PageHeading
        title="Which one?"
        lead={`Several people here are called “${q}”.`}
        back={{ label: "People", href: "/people" }}
      />
      <Card>
        <CardHeader title="They are" />
        <ul class="list">
          {found.map(({ name, member, user }) => (
            <li>
              <a href={whyPath(member?.email ?? user?.userName ?? name)}>
                {name}, {member?.email ?? user?.userName}
              </a>
            </li>
          ))}
        </ul>
      </Card>
    </>
  );
}
