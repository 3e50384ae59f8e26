import { endpoints } from "../../domain/integration/integration.ts";
import { findOffer } from "../../domain/sso/offer.ts";
import { wordsOf } from "../../domain/sso/provider-words.ts";
import { EXPLAINED, explain, type SignInFix, type Situation } from "../../domain/sso/sign-in-fixes.ts";
import type { Context } from "../edge/context.ts";
import { shellOf } from "../edge/shell.ts";
import { show } from "../edge/show.ts";
import { Card } from "../ui/card.tsx";
import { PageHeading } from "../ui/heading.tsx";
import { Page } from "../ui/page.tsx";

/**
 * `GET /sign-in/errors#CODE`: what each refusal of a sign-in means, and what an administrator does about it at the identity
 * provider. It tells nothing of any person or attempt.
 */
export async function explainSignInErrors(c: Context): Promise<Response> {
  const situation = await situationOf(c);
  const page = (
    <Page title="When a sign-in is refused" shell={shellOf(c)} width="wide">
      <PageHeading
        title="When a sign-in is refused"
        lead="For administrators: what each code means, and what to do. Under the reference number of the refusal, Okta Activity shows every check with what it wanted and got."
        back={{ label: "Sign in", href: "/sign-in" }}
      />
      {EXPLAINED.map((code) => (
        <Explained fix={explain(code, situation)} />
      ))}
    </Page>
  );
  return show(c, page);
}

/** Nobody's: in place of values stands what they are. */
async function situationOf(c: Context): Promise<Situation> {
  const { organization, scope } = c.var;
  const offer = await findOffer(scope);
  return {
    words: wordsOf(offer?.provider ?? "other"),
    wanted: "what is expected here",
    got: "what the provider sent",
    emailIn: [],
    ...endpoints(organization),
  };
}

function Explained({ fix: { code, cause, steps } }: { fix: SignInFix }) {
  return (
    <Card>
      <h2 id={code}>
        <code>{code}</code>
      </h2>
      <p>{cause}</p>
      <ol class="list">
        {steps.map((step) => (
          <li>{step}</li>
        ))}
      </ol>
    </Card>
  );
}
