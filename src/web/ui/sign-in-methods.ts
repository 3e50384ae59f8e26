import type { SignInMethod } from "../../db/tables.ts";

/** How somebody signed in, by the word that the session keeps. */
export const METHODS: Readonly<Record<SignInMethod, string>> = {
  sso: "Single Sign-On",
  link: "Sign-in link",
  setup: "Set-up link",
  git: "Git account",
  recovery: "Recovery code",
};
