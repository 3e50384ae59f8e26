import { Refusal } from "../../refusal.ts";

/** The identity provider's sign-on address: https, or http for localhost; 422 `ssoUrl` otherwise. */
export function checkedSsoUrl(text: string): string {
  const value = text.trim();
  if (!value) throw new Refusal(422, "ssoUrl", "Paste the Single Sign-On URL: Okta calls it Sign on URL.");
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const local = url?.hostname === "localhost" || url?.hostname.endsWith(".localhost") || url?.hostname === "127.0.0.1";
  if (!url || value.length > 1024 || url.username || url.password || url.hash || /\s/.test(value)) {
    throw new Refusal(422, "ssoUrl", "This is not a URL, such as https://example.okta.com/app/…/sso/saml.");
  }
  if (url.protocol !== "https:" && !(url.protocol === "http:" && local)) {
    throw new Refusal(422, "ssoUrl", "The Single Sign-On URL must begin with https:// (http:// only for localhost).");
  }
  if (url.searchParams.has("SAMLRequest")) {
    throw new Refusal(
      422,
      "ssoUrl",
      "This is the address of one sign-in: leave out the ? before SAMLRequest, and all behind it.",
    );
  }
  return value;
}

/** The identity provider's entity ID, any text without spaces; 422 `issuer` otherwise. */
export function checkedIssuer(text: string): string {
  const issuer = text.trim();
  if (!issuer) throw new Refusal(422, "issuer", "Paste the SAML Issuer: Okta calls it Issuer.");
  if (issuer.length > 1024 || /[\s\p{Cc}<>]/u.test(issuer)) {
    throw new Refusal(422, "issuer", "An issuer is one word without spaces, such as http://www.okta.com/exk1a2b3c4.");
  }
  return issuer;
}

/** How many days a session lasts: 1 to 30; 422 `sessionDays` otherwise. */
export function checkedSessionDays(days: number): number {
  if (!Number.isInteger(days) || days < 1 || days > 30) {
    throw new Refusal(422, "sessionDays", "A session lasts 1 to 30 days.");
  }
  return days;
}
