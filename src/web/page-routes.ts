import { answerCorporateEmail, askCorporateEmail } from "./account/corporate-email.tsx";
import { checkGitAccount } from "./account/git/check.ts";
import { connectGitAccount } from "./account/git/connect.tsx";
import { askToDisconnect, disconnectGitAccount } from "./account/git/disconnect.tsx";
import { saveName, showNameForm } from "./account/name.tsx";
import { endSessions } from "./account/sessions.ts";
import { showAccount } from "./account.tsx";
import { findYourOrganization } from "./apex.tsx";
import { downloadAudit } from "./audit.csv.ts";
import { showAudit } from "./audit.tsx";
import type { Door, Route } from "./edge/doors.ts";
import { askToDelete, deleteGroup } from "./groups/delete.tsx";
import { changePeople } from "./groups/members.ts";
import { makeGroup, renameGroup, showGroup, showGroups } from "./groups.tsx";
import { showHome } from "./home.tsx";
import { receiveGitAnswer } from "./oauth/callback.ts";
import { returnFromGitHost } from "./oauth/return.tsx";
import { saveCorporateEmail, showCorporateEmail } from "./people/corporate-email.tsx";
import { askWhomToInvite, invite } from "./people/new.tsx";
import { showPerson } from "./people/person.tsx";
import { askToRemoveMember, removeFromPeople } from "./people/remove.tsx";
import { changeRole } from "./people/role.ts";
import { askToSignOut, signMemberOut } from "./people/sessions.tsx";
import { showWhy } from "./people/why.tsx";

import { downloadPeople } from "./people.csv.ts";
import { showPeople } from "./people.tsx";
import { streamActivity } from "./settings/okta/activity/stream.tsx";
import { showActivity, showLine } from "./settings/okta/activity.tsx";
import { askToRemove, removeCertificate } from "./settings/okta/certificates/remove.tsx";
import { addCertificate, askForCertificate } from "./settings/okta/certificates.tsx";
import { downloadTouched } from "./settings/okta/disconnect/people.csv.ts";
import { disconnectOkta, showDisconnect } from "./settings/okta/disconnect.tsx";
import { tellApart } from "./settings/okta/duplicates/keep-apart.ts";
import { merge, showMerge } from "./settings/okta/duplicates/merge.tsx";
import { showDuplicates } from "./settings/okta/duplicates.tsx";
import { downloadCodes } from "./settings/okta/enforcement/codes/file.ts";
import { codesKept } from "./settings/okta/enforcement/codes/kept.ts";
import { makeCodes, showCodes } from "./settings/okta/enforcement/codes.tsx";
import { switchOff } from "./settings/okta/enforcement/off.ts";
import { recoverySeen } from "./settings/okta/enforcement/seen.ts";
import { enforce, showEnforcement } from "./settings/okta/enforcement.tsx";
import { runImportPreview, showImportPreview } from "./settings/okta/import-preview.tsx";
import { changeMapping, showMapping } from "./settings/okta/mapping.tsx";
import { fetchMetadata } from "./settings/okta/metadata/fetch.ts";
import { askForMetadata, saveMetadata } from "./settings/okta/metadata.tsx";
import { saveSetup, showSetupForm } from "./settings/okta/setup.tsx";
import { saveSignInSettings, showSignInSettings } from "./settings/okta/sign-in.tsx";
import { startTest } from "./settings/okta/test/start.tsx";
import { showTestResult } from "./settings/okta/test.tsx";
import { askForToken } from "./settings/okta/token/new.tsx";
import { askToRevoke, revoke } from "./settings/okta/token/revoke.tsx";
import { makeToken, showToken } from "./settings/okta/token.tsx";
import { showOkta } from "./settings/okta.tsx";
import { saveSettings, showSettings } from "./settings.tsx";
import { setUp, showSetup } from "./setup.tsx";
import { explainSignInErrors } from "./sign-in/errors.tsx";
import { startGitSignIn } from "./sign-in/git.ts";
import { showSignInLink, signInByLink } from "./sign-in/link.tsx";
import { showRecovery, signInByCode } from "./sign-in/recovery.tsx";
import { showSignIn } from "./sign-in.tsx";
import { signOut } from "./sign-out.ts";
import { showWelcome } from "./welcome.tsx";

/** Anybody at an organization's URL. */
const open: Door = { open: "organization" };
/** Every member. */
const member: Door = { permission: "organization.view" };
/** Who may end the sessions of others. */
const signOutOthers: Door = { permission: "organization.people.signOut" };
/** Who may change members, and see all about them. */
const people: Door = { permission: "organization.people.manage" };
/** Who may read what happened. */
const audit: Door = { permission: "organization.audit.view" };
/** Who may change the groups that are ours. */
const groups: Door = { permission: "organization.groups.manage" };
/** Who may change the integration. */
const okta: Door = { permission: "organization.okta.manage" };

/** Owners. */
const owner: Door = { permission: "organization.okta.enforce" };
/** Who may look at the integration. */
const oktaView: Door = { permission: "organization.okta.view" };

/** The pages at an organization, `ORG_URL`. */
export const organizationPages: readonly Route[] = [
  { method: "GET", path: "/sign-in", door: open, answer: showSignIn },
  { method: "GET", path: "/sign-in/errors", door: open, answer: explainSignInErrors },
  { method: "GET", path: "/sign-in/link", door: open, answer: showSignInLink },
  { method: "POST", path: "/sign-in/link", door: { ...open, signIn: true }, answer: signInByLink },
  { method: "GET", path: "/sign-in/git/:provider", door: { ...open, signIn: "start" }, answer: startGitSignIn },
  { method: "GET", path: "/oauth/return", door: { ...open, signIn: true }, answer: returnFromGitHost },
  { method: "GET", path: "/sign-in/recovery", door: open, answer: showRecovery },
  { method: "POST", path: "/sign-in/recovery", door: { ...open, signIn: true }, answer: signInByCode },
  { method: "POST", path: "/sign-out", door: open, answer: signOut },

  { method: "GET", path: "/", door: member, answer: showHome },
  { method: "GET", path: "/welcome", door: member, answer: showWelcome },
  { method: "GET", path: "/account", door: member, answer: showAccount },
  { method: "GET", path: "/account/git/:provider/connect", door: member, answer: connectGitAccount },
  { method: "GET", path: "/account/git/:provider/disconnect", door: member, answer: askToDisconnect },
  { method: "POST", path: "/account/git/:provider/disconnect", door: member, answer: disconnectGitAccount },
  { method: "POST", path: "/account/git/:provider/check", door: member, answer: checkGitAccount },
  { method: "GET", path: "/account/name", door: member, answer: showNameForm },
  { method: "POST", path: "/account/name", door: member, answer: saveName },
  { method: "POST", path: "/account/sessions", door: member, answer: endSessions },
  { method: "GET", path: "/account/corporate-email", door: member, answer: askCorporateEmail },
  { method: "POST", path: "/account/corporate-email", door: member, answer: answerCorporateEmail },
  { method: "GET", path: "/people/:id/corporate-email", door: okta, answer: showCorporateEmail },
  { method: "POST", path: "/people/:id/corporate-email", door: okta, answer: saveCorporateEmail },
  { method: "GET", path: "/people", door: { permission: "organization.people.view" }, answer: showPeople },
  { method: "GET", path: "/people/:id/sessions", door: signOutOthers, answer: askToSignOut },
  { method: "POST", path: "/people/:id/sessions", door: signOutOthers, answer: signMemberOut },
  { method: "GET", path: "/people.csv", door: people, answer: downloadPeople },
  { method: "GET", path: "/people/new", door: people, answer: askWhomToInvite },
  { method: "POST", path: "/people/new", door: people, answer: invite },
  { method: "GET", path: "/people/why", door: people, answer: showWhy },
  { method: "GET", path: "/people/:id", door: people, answer: showPerson },
  { method: "POST", path: "/people/:id/role", door: people, answer: changeRole },
  { method: "GET", path: "/people/:id/remove", door: people, answer: askToRemoveMember },
  { method: "POST", path: "/people/:id/remove", door: people, answer: removeFromPeople },
  { method: "GET", path: "/audit", door: audit, answer: showAudit },
  { method: "GET", path: "/audit.csv", door: audit, answer: downloadAudit },
  { method: "GET", path: "/groups", door: { permission: "organization.people.view" }, answer: showGroups },
  { method: "POST", path: "/groups", door: groups, answer: makeGroup },
  { method: "GET", path: "/groups/:id", door: { permission: "organization.people.view" }, answer: showGroup },
  { method: "POST", path: "/groups/:id", door: groups, answer: renameGroup },
  { method: "POST", path: "/groups/:id/members", door: groups, answer: changePeople },
  { method: "GET", path: "/groups/:id/delete", door: groups, answer: askToDelete },
  { method: "POST", path: "/groups/:id/delete", door: groups, answer: deleteGroup },

  { method: "GET", path: "/settings", door: { permission: "organization.settings.view" }, answer: showSettings },
  { method: "POST", path: "/settings", door: { permission: "organization.settings.manage" }, answer: saveSettings },
  { method: "GET", path: "/settings/okta", door: oktaView, answer: showOkta },
  { method: "GET", path: "/settings/okta/activity", door: oktaView, answer: showActivity },
  { method: "GET", path: "/settings/okta/activity/stream", door: oktaView, answer: streamActivity },
  { method: "GET", path: "/settings/okta/activity/:id", door: oktaView, answer: showLine },
  { method: "GET", path: "/settings/okta/setup", door: okta, answer: showSetupForm },
  { method: "POST", path: "/settings/okta/setup", door: okta, answer: saveSetup },
  { method: "GET", path: "/settings/okta/sign-in", door: okta, answer: showSignInSettings },
  { method: "POST", path: "/settings/okta/sign-in", door: okta, answer: saveSignInSettings },
  { method: "GET", path: "/settings/okta/metadata", door: okta, answer: askForMetadata },
  { method: "POST", path: "/settings/okta/metadata", door: okta, answer: saveMetadata },
  { method: "POST", path: "/settings/okta/metadata/fetch", door: okta, answer: fetchMetadata },
  { method: "GET", path: "/settings/okta/certificates", door: okta, answer: askForCertificate },
  { method: "POST", path: "/settings/okta/certificates", door: okta, answer: addCertificate },
  { method: "GET", path: "/settings/okta/certificates/remove", door: okta, answer: askToRemove },
  { method: "POST", path: "/settings/okta/certificates/remove", door: okta, answer: removeCertificate },
  { method: "GET", path: "/settings/okta/test/start", door: okta, answer: startTest },
  { method: "GET", path: "/settings/okta/test/:id", door: oktaView, answer: showTestResult },
  { method: "GET", path: "/settings/okta/token", door: okta, answer: showToken },
  { method: "POST", path: "/settings/okta/token", door: okta, answer: makeToken },
  { method: "GET", path: "/settings/okta/token/new", door: okta, answer: askForToken },
  { method: "GET", path: "/settings/okta/token/revoke", door: okta, answer: askToRevoke },
  { method: "POST", path: "/settings/okta/token/revoke", door: okta, answer: revoke },
  { method: "GET", path: "/settings/okta/duplicates", door: okta, answer: showDuplicates },
  { method: "POST", path: "/settings/okta/duplicates/keep-apart", door: okta, answer: tellApart },
  { method: "GET", path: "/settings/okta/duplicates/merge", door: okta, answer: showMerge },
  { method: "POST", path: "/settings/okta/duplicates/merge", door: okta, answer: merge },
  { method: "GET", path: "/settings/okta/import-preview", door: okta, answer: showImportPreview },
  { method: "POST", path: "/settings/okta/import-preview", door: okta, answer: runImportPreview },
  { method: "GET", path: "/settings/okta/enforcement", door: owner, answer: showEnforcement },
  { method: "POST", path: "/settings/okta/enforcement", door: owner, answer: enforce },
  { method: "POST", path: "/settings/okta/enforcement/off", door: owner, answer: switchOff },
  { method: "POST", path: "/settings/okta/enforcement/seen", door: owner, answer: recoverySeen },
  { method: "GET", path: "/settings/okta/enforcement/codes", door: owner, answer: showCodes },
  { method: "POST", path: "/settings/okta/enforcement/codes", door: owner, answer: makeCodes },
  { method: "POST", path: "/settings/okta/enforcement/codes/kept", door: owner, answer: codesKept },
  { method: "POST", path: "/settings/okta/enforcement/codes/file", door: owner, answer: downloadCodes },
  { method: "GET", path: "/settings/okta/disconnect/people.csv", door: okta, answer: downloadTouched },
  { method: "GET", path: "/settings/okta/mapping", door: okta, answer: showMapping },
  { method: "POST", path: "/settings/okta/mapping", door: okta, answer: changeMapping },
  { method: "GET", path: "/settings/okta/disconnect", door: okta, answer: showDisconnect },
  { method: "POST", path: "/settings/okta/disconnect", door: okta, answer: disconnectOkta },
];

/** The pages at the apex, `BASE_URL`. */
export const apexPages: readonly Route[] = [
  { method: "GET", path: "/", door: { open: "apex" }, answer: findYourOrganization },
  { method: "GET", path: "/setup", door: { open: "apex" }, answer: showSetup },
  {
    method: "GET",
    path: "/oauth/:provider/callback",
    door: { open: "apex", signIn: true },
    answer: receiveGitAnswer,
  },
  { method: "POST", path: "/setup", door: { open: "apex" }, answer: setUp },
];
