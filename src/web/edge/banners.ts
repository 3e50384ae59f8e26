import type { Notices, RecoveryUse } from "../../domain/integration/notices.ts";
import type { ShellBanner } from "../ui/shell.ts";
import { readableTime } from "../ui/time.tsx";
import type { Context } from "./context.ts";

const ENFORCEMENT = "/settings/okta/enforcement";

/** What the person must know, whatever page they are on. */
export function bannersOf(c: Context): readonly ShellBanner[] {
  const notices = c.get("notices");
  return [...sessionBanner(c), ...(notices ? noticeBanners(c, notices) : []), ...emailBanner(c)];
}

/** Whoever came in another way than the only one is told when that ends, and how to go on. */
function sessionBanner(c: Context): ShellBanner[] {
  const { method, expiresAt } = c.get("session");
  if (!c.get("organization").ssoEnforced || method === "sso") return [];
  const end = `this session ends on ${readableTime(expiresAt, false)}`;
  if (method === "recovery") {
    const text = `You came in with a recovery code: ${end}.`;
    const link = { label: "Switch enforcement off", href: ENFORCEMENT };
    return [{ tone: "warning", text, ...(c.req.path !== ENFORCEMENT && { link }) }];
  }
  const text = `Single Sign-On is now the only way in here, and you came in another way: ${end}.`;
  return [{ tone: "warning", text, link: { label: "Sign in through Single Sign-On", href: "/okta/login" } }];
}

function noticeBanners(c: Context, { trustChange, certificatesEnd, recoveryUse, codes }: Notices): ShellBanner[] {
  const lacksCodes = c.get("session").role === "owner" && c.get("organization").ssoEnforced && codes <= FEW;
  return [
    ...(trustChange ? [trustBanner(trustChange)] : []),
    ...(certificatesEnd ? [certificateBanner(certificatesEnd, c.get("now"))] : []),
    // That page tells more of it.
    ...(recoveryUse && c.req.path !== ENFORCEMENT ? [recoveryBanner(recoveryUse)] : []),
    ...(lacksCodes ? [codesBanner(codes)] : []),
  ];
}

/** So few codes are worth a warning. */
const FEW = 2;

function trustBanner({ at, by }: NonNullable<Notices["trustChange"]>): ShellBanner {
  const who = by === "operator" ? "The operator" : by;
  const text = `${who} changed what SAML sign-in trusts on ${readableTime(at, true)}: certificates, metadata, or where the email stands. Whoever may do that could sign in as anybody here.`;
  return { tone: "warning", text, link: { label: "See the certificates", href: "/settings/okta" } };
}

function certificateBanner(end: Date, now: Date): ShellBanner {
  const verb = end > now ? "expires" : "expired";
  const text = `The SAML certificate that sign-in rests on ${verb} on ${readableTime(end, true)}, and there is no next one yet.`;
  return { tone: "warning", text, link: { label: "See the certificates", href: "/settings/okta" } };
}

function recoveryBanner({ at, by, lifted }: RecoveryUse): ShellBanner {
  const last = lifted ? " It was the last one, so Single Sign-On is not enforced any more." : "";
  const text = `${by} signed in with a recovery code on ${readableTime(at, false)}.${last}`;
  return { tone: "warning", text, link: { label: "See what to do", href: ENFORCEMENT } };
}

function codesBanner(codes: number): ShellBanner {
  const have = codes === 0 ? "no recovery code" : codes === 1 ? "one recovery code" : `${codes} recovery codes`;
  const text = `Single Sign-On is enforced, and you have ${have} left: without one you stay outside when the provider is down.`;
  return { tone: "warning", text, link: { label: "Make recovery codes", href: `${ENFORCEMENT}/codes` } };
}

function emailBanner(c: Context): ShellBanner[] {
  const email = c.get("session").foreseenEmail;
  if (email === null || c.req.path === "/account/corporate-email") return [];
  const link = { label: "Say whether it is", href: "/account/corporate-email" };
  return [{ tone: "info", text: `An admin says that ${email} is your address in this organization.`, link }];
}
