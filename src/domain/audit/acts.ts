import type { RecordedEvent } from "./events.ts";
import {
  accessOf,
  accountOf,
  addressIn,
  changed,
  graceOf,
  hostOf,
  joined,
  memberOf,
  membersCame,
  roleOf,
  said,
  settingsOf,
  WAYS,
  whatOf,
  who,
  whom,
} from "./words.ts";

/** A kind of event: what the filter calls it, and the sentence that tells of one. */
interface Act {
  readonly label: string;
  readonly says: (event: RecordedEvent) => string;
}

/** An act by its label alone, where who did it to what says all. */
const plain = (label: string, verb: string): Act => ({
  label,
  says: (event) => `${who(event)} ${verb} ${whom(event)}.`,
});

/** Every act that the code writes down, by its name; a test reads the code and compares. */
export const ACTS: Readonly<Record<string, Act>> = {
  "audit.exported": { label: "Audit log exported", says: (event) => `${who(event)} exported the audit log.` },
  "certificate.added": {
    label: "Certificate added",
    says: (event) => `${who(event)} added a certificate that sign-ins are verified with.`,
  },
  "certificate.dropped": {
    label: "Certificate removed",
    says: (event) => `${who(event)} removed the certificate ${said(event, "subject") ?? whom(event)}.`,
  },
  "certificate.expires_soon": {
    label: "Certificate expires soon",
    says: (event) => `The certificate ${whom(event)} expires on ${said(event, "expiresAt")?.slice(0, 10)}.`,
  },
  "directory_group.changed": {
    label: "Directory group changed",
    says: (event) => `${who(event)} changed the group ${whom(event)}${membersCame(event)}.`,
  },
  "directory_group.created": plain("Directory group pushed", "pushed the group"),
  "directory_group.deleted": plain("Directory group deleted", "deleted the group"),
  "directory_group.refused": {
    label: "Directory group refused",
    says: (event) =>
      `${who(event)} wanted to change the group ${whom(event)}, which would take the last owner away: refused.`,
  },
  "directory_user.asserted": {
    label: "Attributes taken from a sign-in",
    says: (event) => `A sign-in said something new of ${whom(event)}: ${whatOf(event) || "their groups or role"}.`,
  },
  "directory_user.changed": {
    label: "Directory user changed",
    says: (event) => `${who(event)} changed ${whatOf(event)}${whom(event)}.`,
  },
  "directory_user.created": {
    label: "Directory user pushed",
    says: (event) =>
      `${who(event)} ${event.detail["by"] === "sign-in" ? "brought" : "pushed"} ${whom(event)}, ${joined(event)}.`,
  },
  "directory_user.deactivated": plain("Directory user deactivated", "deactivated"),
  "directory_user.deleted": {
    label: "Directory user deleted",
    says: (event) =>
      `${who(event)} deleted ${whom(event)} from the directory; the member was ${said(event, "member")}.`,
  },
  "directory_user.reactivated": plain("Directory user reactivated", "reactivated"),
  "directory_user.refused": {
    label: "Directory user refused",
    says: (event) => `${who(event)} wanted to take ${whom(event)} out, who is the last owner: refused.`,
  },
  "enforcement.switched_off": {
    label: "Enforcement switched off",
    says: (event) =>
      `${who(event)} let people come in by other ways than Single Sign-On again: ${said(event, "because")}.`,
  },
  "enforcement.switched_on": {
    label: "Enforcement switched on",
    says: (event) =>
      `${who(event)} made Single Sign-On the only way in; ${said(event, "sessionsEnded")} other sessions end ${graceOf(event)}.`,
  },
  "group.changed": plain("Group renamed", "renamed a group, which is now"),
  "group.created": plain("Group made", "made the group"),
  "group.deleted": plain("Group deleted", "deleted the group"),
  "group.member_added": {
    label: "Added to a group",
    says: (event) => `${who(event)} added ${memberOf(event)} to the group ${whom(event)}.`,
  },
  "group.member_removed": {
    label: "Removed from a group",
    says: (event) => `${who(event)} removed ${memberOf(event)} from the group ${whom(event)}.`,
  },
  "group.members_mapped": {
    label: "Group changed by the mapping",
    says: (event) => `The mapping changed who is in the group ${whom(event)}${membersCame(event)}.`,
  },
  "integration.changed": {
    label: "Integration changed",
    says: (event) => `${who(event)} changed the settings of the integration.`,
  },
  "integration.created": {
    label: "Integration set up",
    says: (event) => `${who(event)} set the integration up.`,
  },
  "integration.disconnected": {
    label: "Integration disconnected",
    says: (event) =>
      `${who(event)} disconnected the integration: ${said(event, "membersDeleted")} members to delete, ${said(event, "membersKept")} kept.`,
  },
  "mapping.changed": {
    label: "Mapping changed",
    says: (event) => `${who(event)} changed what groups and roles of the directory lead to.`,
  },
  "git.broken": {
    label: "Git connection broken",
    says: (event) => `${hostOf(event)} does not take our access for ${accountOf(event)} any more, of ${whom(event)}.`,
  },
  "git.connected": {
    label: "Git account connected",
    says: (event) => `${who(event)} connected ${accountOf(event)} at ${hostOf(event)}, with ${accessOf(event)}.`,
  },
  "git.disconnected": {
    label: "Git account disconnected",
    says: (event) => `${who(event)} disconnected ${accountOf(event)} at ${hostOf(event)}.`,
  },
  "git.not_revoked": {
    label: "Git access not revoked",
    says: (event) => `${hostOf(event)} could not be told that ${accountOf(event)} of ${whom(event)} was disconnected.`,
  },
  "git.refused": {
    label: "Git account refused",
    says: (event) => `${hostOf(event)} was not connected: ${said(event, "sentence") ?? "the cause is not known."}`,
  },
  "git.renewed": {
    label: "Git account connected again",
    says: (event) => `${who(event)} connected ${accountOf(event)} at ${hostOf(event)} again.`,
  },
  "git.widened": {
    label: "Git access widened",
    says: (event) => `${who(event)} widened ${accountOf(event)} at ${hostOf(event)} to ${accessOf(event)}.`,
  },
  "member.added": {
    label: "Member added by hand",
    says: (event) => `${who(event)} added ${whom(event)} as ${roleOf(said(event, "role"))}.`,
  },
  "member.changed": { label: "Member changed by hand", says: (event) => `${who(event)} ${changed(event)}.` },
  "member.email_confirmed": {
    label: "Corporate email confirmed",
    says: (event) =>
      `${who(event)} said that ${said(event, "email") ?? "the address"} is theirs, in place of ${said(event, "before") ?? whom(event)}.`,
  },
  "member.email_declined": {
    label: "Corporate email declined",
    says: (event) => `${who(event)} said that ${said(event, "email") ?? "the address"} is not theirs.`,
  },
  "member.email_foreseen": {
    label: "Corporate email foreseen",
    says: (event) =>
      `${who(event)} said that the directory will push ${whom(event)} as ${said(event, "email") ?? "another address"}; they have to confirm it.`,
  },
  "member.email_withdrawn": {
    label: "Corporate email taken back",
    says: (event) =>
      `${who(event)} took back that ${whom(event)} is ${said(event, "email") ?? "another address"} in the directory.`,
  },
  "member.kept": {
    label: "Member kept by a disconnect",
    says: (event) => `The disconnect kept ${whom(event)} as a plain member.`,
  },
  "member.kept_apart": {
    label: "Two people told apart",
    says: (event) => `${who(event)} said that ${whom(event)} and ${addressIn(event, "other")} are two people.`,
  },
  "member.merged": {
    label: "Members merged",
    says: (event) => `${who(event)} merged ${addressIn(event, "merged")} into ${whom(event)}.`,
  },
  "member.removed": {
    label: "Member removed",
    says: (event) =>
      event.actor.name === "disconnect"
        ? `The disconnect deleted ${whom(event)}, whom the integration had created.`
        : `${who(event)} removed ${whom(event)}.`,
  },
  "member.role_changed": {
    label: "Role changed by the mapping",
    says: (event) => `The mapping made ${whom(event)} ${roleOf(said(event, "after"))}.`,
  },
  "member.role_kept": {
    label: "Last owner kept",
    says: (event) => `A sign-in of ${whom(event)} would have taken the last owner's role away: it stays.`,
  },
  "metadata.failed": {
    label: "Metadata could not be fetched",
    says: (event) => `The provider's metadata could not be fetched: ${said(event, "reason") ?? "no reason is known"}`,
  },
  "metadata.refreshed": {
    label: "Metadata fetched",
    says: () => "The provider's metadata was fetched, and said something new.",
  },
  "organization.changed": {
    label: "Organization changed",
    says: (event) => `${who(event)} changed ${settingsOf(event)} of the organization.`,
  },
  "organization.created": plain("Organization created", "created the organization"),
  "people.exported": {
    label: "People exported",
    says: (event) => `${who(event)} exported the list of people.`,
  },
  "recovery_code.used": {
    label: "Recovery code used",
    says: (event) => `${whom(event)} signed in with a recovery code; ${said(event, "left") ?? 0} of theirs are left.`,
  },
  "recovery_codes.kept": {
    label: "Recovery codes kept",
    says: (event) => `${who(event)} kept ${said(event, "count") ?? "new"} recovery codes: they work from now on.`,
  },
  "recovery_codes.made": {
    label: "Recovery codes made",
    says: (event) => `${who(event)} made ${said(event, "count") ?? "new"} recovery codes.`,
  },
  "scim_token.created": plain("SCIM token made", "made the SCIM token"),
  "scim_token.expires_soon": {
    label: "SCIM token expires soon",
    says: (event) => `The SCIM token ${whom(event)} expires on ${said(event, "expiresAt")?.slice(0, 10)}.`,
  },
  "scim_token.revoked": plain("SCIM token revoked", "revoked the SCIM token"),
  "service_provider_keys.added": {
    label: "Keys added",
    says: (event) => `${who(event)} made the organization's key pair ${said(event, "number") ?? ""}.`,
  },
  "service_provider_keys.removed": {
    label: "Keys removed",
    says: (event) => `${who(event)} removed the organization's key pair ${said(event, "number") ?? ""}.`,
  },
  "session.all_ended": {
    label: "Signed out everywhere",
    says: (event) => `${who(event)} signed ${whom(event)} out everywhere: ${said(event, "count") ?? 0} sessions ended.`,
  },
  "session.ended": { label: "Session ended", says: (event) => `${who(event)} signed out in one browser.` },
  "session.opened": {
    label: "Signed in",
    says: (event) => `${whom(event)} signed in ${WAYS[said(event, "method") ?? ""] ?? "here"}.`,
  },
  "session.others_ended": {
    label: "Other sessions ended",
    says: (event) => `${who(event)} signed out everywhere else: ${said(event, "count")} sessions ended.`,
  },
  "session.refused": {
    label: "Sign-in refused",
    says: (event) =>
      `A sign-in was refused: ${said(event, "sentence") ?? said(event, "code") ?? "the cause is not known"}`,
  },
  "sign_in.tested": {
    label: "Sign-in tested",
    says: (event) =>
      `${who(event)} tried the sign-in through the identity provider, as ${said(event, "named") ?? "nobody"}.`,
  },
  "sign_in_link.created": plain("Sign-in link made", "made a sign-in link for"),
};

/** The event as a sentence that anybody can read. */
export function sentenceOf(event: RecordedEvent): string {
  const act = ACTS[event.action];
  if (act) return act.says(event);
  const [thing = "", ...verbs] = event.action.split(".");
  return `${who(event)}: ${thing.replaceAll("_", " ")} ${verbs.join(" ").replaceAll("_", " ")}, ${whom(event)}.`;
}
