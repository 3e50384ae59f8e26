import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Facts } from "../../../src/domain/people/answer.ts";
import { why } from "../../../src/domain/people/why.ts";
import { sources } from "../../laws/sources.ts";
import {
  at,
  attempt,
  duplicate,
  event,
  JIT,
  lookup,
  NOTHING,
  person,
  RULE,
  request,
  SCIM,
  WRONG_TOKENS,
} from "./ada.ts";

interface Case {
  readonly name: string;
  readonly facts: Partial<Facts>;
  /** The codes of all answers, the first first. */
  readonly codes: readonly string[];
  /** What the first answer says, and whence: the references of its evidence. */
  readonly rule: RegExp;
  readonly references?: readonly string[];
  readonly step?: RegExp;
}

const CASES: readonly Case[] = [
  {
    name: "an address of which the directory never said anything was never pushed",
    facts: {},
    codes: ["never-pushed"],
    rule: /^Okta has not sent anything about “ada@example\.test” in the last 30 days/,
    references: [],
    step: /Assign the app to them in Okta/,
  },
  {
    name: "an address that was only looked for was not created by the directory",
    facts: { requests: [lookup(3, 4)] },
    codes: ["looked-for"],
    rule: /asked whether they are here \(4 times, last on 2026-11-27, 10:03 UTC\), was told no/,
    references: ["REF-3"],
    step: /Create Users/,
  },
  {
    name: "whose push was refused as a duplicate",
    facts: { requests: [lookup(3), duplicate(4)] },
    codes: ["push-refused"],
    rule: /The push was refused\. Another user here has this address already/,
    references: ["REF-4"],
    step: /Correct the address/,
  },
  {
    name: "a group that was pushed before its people",
    facts: {
      requests: [
        request(4, {
          status: 400,
          outcome: "refused",
          refusal: { code: "invalidValue", sentence: "No user here has the id x: y" },
        }),
      ],
    },
    codes: ["push-refused"],
    rule: /the group was pushed before its people/,
    references: ["REF-4"],
    step: /assign the people of the group to the app first/,
  },
  {
    name: "whom somebody removed by hand while the directory says active",
    facts: { person: person(undefined, {}), requests: [request(2, {})], events: [event(5, "member.removed")] },
    codes: ["removed-by-hand"],
    rule: /stays removed while the directory still says active/,
    references: ["REF-5"],
    step: /invite them here under the same address/,
  },
  {
    name: "whom somebody removed by hand, and of whom the directory says nothing",
    facts: { person: person(), integration: undefined, events: [event(5, "member.removed")] },
    codes: ["removed-by-hand"],
    rule: /^They were removed by hand/,
    references: ["REF-5"],
  },
  {
    name: "whom the directory has as deactivated",
    facts: {
      person: person(undefined, { active: false }),
      requests: [request(4, { outcome: "removed", status: 200 })],
    },
    codes: ["inactive"],
    rule: /The directory has them as deactivated/,
    references: ["REF-4"],
  },
  {
    name: "whom the directory deleted",
    facts: {
      person: person(),
      requests: [request(6, { outcome: "removed", method: "DELETE", status: 204 })],
      events: [event(6, "directory_user.deleted", { member: "deleted" }, "SCIM"), event(2, "directory_user.created")],
    },
    codes: ["deleted-by-directory"],
    rule: /deleted them/,
    references: ["REF-6"],
    step: /assign them again/,
  },
  {
    name: "who went with the integration",
    facts: {
      person: person(),
      integration: undefined,
      events: [event(2, "directory_user.created")],
      disconnected: event(8, "integration.disconnected"),
    },
    codes: ["disconnected"],
    rule: /The integration was disconnected/,
    references: ["REF-8"],
  },
  {
    name: "who was merged into another member",
    facts: { person: person(), events: [event(9, "member.merged")] },
    codes: ["merged"],
    rule: /were merged/,
    references: ["REF-9"],
  },
  {
    name: "nobody is pushed where there is no integration",
    facts: { integration: undefined },
    codes: ["no-integration"],
    rule: /nobody has invited them/,
    step: /Invite them/,
  },
  {
    name: "nobody is pushed just in time: the first sign-in makes the member",
    facts: { integration: JIT },
    codes: ["just-in-time"],
    rule: /becomes a member when they first sign in through Okta, and they have not tried yet/,
  },
  {
    name: "who would be made just in time, but for a sign-in that was refused",
    facts: { integration: JIT, attempts: [attempt(7)] },
    codes: ["just-in-time", "sign-in-refused"],
    rule: /and their sign-in was refused/,
    references: ["REF-7"],
  },
  {
    name: "nothing arrives while the token is wrong, and that comes first",
    facts: { refusedTokens: WRONG_TOKENS },
    codes: ["token-refused", "never-pushed"],
    rule: /3 were refused, the last on 2026-11-27, 10:30 UTC: the token “Okta, May” has expired/,
    step: /make a new SCIM token/,
  },
  {
    name: "a wrong token is no reason any more once one was accepted",
    facts: { refusedTokens: WRONG_TOKENS, integration: { ...SCIM, lastScimRequestAt: at(31) } },
    codes: ["never-pushed"],
    rule: /has not sent anything/,
  },
  {
    name: "whom the directory deactivated",
    facts: {
      person: person({ state: "deactivated" }, { active: false }),
      requests: [request(4, { outcome: "removed", status: 200, summary: "Deactivated Ada Park" })],
    },
    codes: ["deactivated-by-directory", "member-scim"],
    rule: /The directory deactivated them/,
    references: ["REF-4"],
  },
  {
    name: "whom the directory deleted, who was here before",
    facts: {
      person: person({ state: "deactivated", origin: "manual" }),
      events: [event(6, "directory_user.deleted", { member: "deactivated" }, "SCIM")],
    },
    codes: ["deleted-by-directory", "member-manual"],
    rule: /is kept then, deactivated/,
    references: ["REF-6"],
  },
  {
    name: "whom somebody deactivated by hand",
    facts: {
      person: person({ state: "deactivated", origin: "manual" }),
      events: [event(6, "member.changed", { change: { state: "deactivated" } })],
    },
    codes: ["deactivated-by-hand", "member-manual"],
    rule: /^olive@example\.test deactivated them here, by hand/,
    references: ["REF-6"],
  },
  {
    name: "an admin by hand",
    facts: {
      person: person({ role: "admin" }, {}),
      role: { role: "admin", granted: "admin", mapped: undefined },
      events: [event(6, "member.changed", { change: { role: "admin" } })],
    },
    codes: ["role-by-hand", "member-scim"],
    rule: /an admin was granted by hand by olive@example\.test on 2026-11-27/,
    references: ["REF-6"],
    step: /change the role on their page/,
  },
  {
    name: "an admin by a mapping",
    facts: {
      person: person({ role: "admin" }, {}),
      role: { role: "admin", granted: "member", mapped: { role: "admin", because: [RULE] } },
    },
    codes: ["role-by-mapping", "member-scim"],
    rule: /the mapping gives it: they are in the pushed group Admins/,
    step: /change the mapping/,
  },
  {
    name: "who cannot sign in because of a check",
    facts: {
      person: person({}, {}),
      attempts: [attempt(8)],
      attemptFix: { cause: "The audience is another one.", steps: ["Correct the Audience URI."] },
    },
    codes: ["sign-in-refused", "member-scim"],
    rule: /refused by the check “audience”\. The audience is another one/,
    references: ["REF-8"],
    step: /Correct the Audience/,
  },
  {
    name: "who signed in after a refusal can",
    facts: { person: person({}, {}), attempts: [attempt(9, { outcome: "signed-in", code: null }), attempt(8)] },
    codes: ["member-scim"],
    rule: /a member at once/,
  },
  {
    name: "a test that was refused is nobody's sign-in",
    facts: { person: person({}, {}), attempts: [attempt(8, { purpose: "test" })] },
    codes: ["member-scim"],
    rule: /a member at once/,
  },
  {
    name: "who never signed in",
    facts: { person: person({ welcomedAt: null }, {}), ssoEnforced: true },
    codes: ["no-sign-in", "member-scim"],
    rule: /No sign-in of theirs through Okta has reached us/,
    step: /tile/,
  },
  {
    name: "who is here by hand and was not pushed",
    facts: { person: person({ origin: "manual" }), events: [event(1, "member.added", { role: "member" })] },
    codes: ["not-connected", "member-manual"],
    rule: /has not pushed anybody with the address ada@example\.test/,
    step: /corporate email/,
  },
  {
    name: "a member under whose address somebody else was pushed",
    facts: { person: person({}, {}), requests: [request(2, {}), duplicate(4)] },
    codes: ["duplicate", "member-scim"],
    rule: /already\. It belongs to Ada Park, whom the directory calls ada@example\.test, and two people cannot share it/,
    references: ["REF-4"],
    step: /Correct the address/,
  },
  {
    name: "a member whose last change was refused",
    facts: { person: person({}, {}), requests: [request(2, {}), { ...duplicate(4), method: "PUT" }] },
    codes: ["change-refused", "member-scim"],
    rule: /The last request about them was refused/,
    references: ["REF-4"],
  },
  {
    name: "a refusal that was mended since is none",
    facts: { person: person({}, {}), requests: [duplicate(2), request(4, {})] },
    codes: ["member-scim"],
    rule: /The directory pushed them/,
    references: ["REF-4"],
  },
  {
    name: "who came by signing in",
    facts: {
      person: person({ origin: "jit" }, { origin: "jit" }),
      integration: JIT,
      events: [event(2, "directory_user.created", { member: "created" })],
    },
    codes: ["member-jit"],
    rule: /just-in-time provisioning/,
    references: ["REF-2"],
  },
];

describe("why?", () => {
  for (const { name, facts, codes, rule, references, step } of CASES) {
    test(name, () => {
      const answers = why({ ...NOTHING, ...facts });
      assert.deepEqual(
        answers.map(({ code }) => code),
        codes,
      );
      const [first] = answers;
      assert.match(first?.rule ?? "", rule);
      if (step) assert.match(first?.steps.join(" ") ?? "", step);
      if (references) {
        const found = first?.evidence.map((each) =>
          each.kind === "event"
            ? each.event.referenceId
            : each.kind === "request"
              ? each.request.referenceId
              : each.attempt.referenceId,
        );
        assert.deepEqual(found, references);
      }
      for (const answer of answers) assert.match(answer.question, /^Why .*\?$/);
    });
  }

  test("every answer that the code can give is in this table", () => {
    const texts = sources("src/domain/people").map(({ text }) => text);
    const literal = [...texts.join("\n").matchAll(/\bcode: "([a-z-]+)"/g)].flatMap(([, code]) => code ?? []);
    const chosen = ["role-by-hand", "role-by-mapping", "member-manual", "member-scim", "member-jit"];
    const given = new Set(CASES.flatMap(({ codes }) => codes));
    assert.deepEqual(
      [...new Set([...literal, ...chosen])].filter((code) => !given.has(code)),
      [],
    );
    assert.ok(given.size > 20);
  });
});
