import { Refusal } from "../../refusal.ts";

/** What is wrong with a form, by the name of the field. */
export type FieldErrors = Readonly<Record<string, string>>;

type Checks = Readonly<Record<string, () => unknown>>;
type Values<C extends Checks> = { readonly [Name in keyof C]: ReturnType<C[Name]> };

/**
 * Runs the check of each field by itself, so that a person sees everything that is wrong at once. Answers the checked values,
 * or the sentence of each refusal beside its field.
 */
export function checkFields<C extends Checks>(
  checks: C,
): { readonly values: Values<C>; readonly errors?: never } | { readonly errors: FieldErrors } {
  const values: Record<string, unknown> = {};
  const errors: Record<string, string> = {};
  for (const [name, check] of Object.entries(checks)) {
    try {
      values[name] = check();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      errors[name] = error.message;
    }
  }
  return Object.keys(errors).length > 0 ? { errors } : { values: values as Values<C> };
}

/** The errors as the summary above the form lists them. */
export function summaryOf(errors: FieldErrors): { readonly field: string; readonly message: string }[] {
  return Object.entries(errors).map(([field, message]) => ({ field, message }));
}

/** A number that was typed; not a number for anything but up to six digits, which no range holds. */
export function wholeNumber(text: string): number {
  return /^\s*\d{1,6}\s*$/.test(text) ? Number(text) : Number.NaN;
}

/** One of the choices that a form offers; 422 with the field's name for anything else. */
export function oneOf<const T extends string>(field: string, text: string, choices: readonly T[]): T {
  const choice = choices.find((each) => each === text);
  if (choice === undefined) throw new Refusal(422, field, "Choose one of these.");
  return choice;
}
