import type { Provider } from "../../db/tables.ts";
import type { KeptAttempt } from "../activity/attempts.ts";
import type { Fix } from "../activity/fixes.ts";
import { emailAttributes } from "./email-attributes.ts";
import { PERSON_FIXES } from "./person-fixes.ts";
import { type ProviderWords, wordsOf } from "./provider-words.ts";
import { RESPONSE_FIXES } from "./response-fixes.ts";

/** What a fix is made from: what the check wanted and got, our own values, and the provider's words. */
export interface Situation {
  readonly words: ProviderWords;
  readonly wanted: string;
  readonly got: string;
  readonly audience: string;
  readonly acsUrl: string;
  /** Names of attributes that hold one email address each. */
  readonly emailIn: readonly string[];
}

/** Why, what to do at the provider, and the setting of ours that would mend it too. */
export interface SignInFix extends Fix {
  readonly code: string;
  readonly setting?: { readonly label: string; readonly href: string };
}

type Explain = (situation: Situation) => Omit<SignInFix, "code">;
export type Explanations = Readonly<Record<string, Explain>>;

const EXPLANATIONS = new Map<string, Explain>(Object.entries({ ...RESPONSE_FIXES, ...PERSON_FIXES }));

/** Every code that a refused sign-in may have. */
export const EXPLAINED: readonly string[] = [...EXPLANATIONS.keys()];

/** What each check that failed wants done, the verdict's first. */
export function fixesFor(
  attempt: Pick<KeptAttempt, "code" | "checks" | "assertion">,
  here: { readonly provider: Provider; readonly audience: string; readonly acsUrl: string },
): readonly SignInFix[] {
  const { provider, audience, acsUrl } = here;
  const common = { words: wordsOf(provider), audience, acsUrl, emailIn: emailAttributes(attempt.assertion) };
  const failed = attempt.checks.filter(({ passed }) => !passed);
  // Who is refused as a person is refused by one check, for one of several reasons.
  const known = failed.map((record) => ({
    ...record,
    code: EXPLANATIONS.has(record.check) ? record.check : attempt.code,
  }));
  const each = new Map(known.map(({ code, wanted, got }) => [code ?? "", { wanted, got }]));
  if (each.size === 0 && attempt.code) each.set(attempt.code, { wanted: "", got: "" });
  return [...each].map(([code, values]) => explain(code, { ...common, ...values }));
}

/** What a code means and what to do about it. */
export function explain(code: string, situation: Situation): SignInFix {
  return { code, ...(EXPLANATIONS.get(code) ?? unknown)(situation) };
}

function unknown(): Omit<SignInFix, "code"> {
  return {
    cause: "The sign-in was refused in a way that has no name yet.",
    steps: ["Try again. If it fails again, give the reference number to whoever runs this service."],
  };
}
