import {
  enforceSso,
  GRACES,
  type Grace,
  isFreshSso,
  listOwnersWays,
  readUnconnected,
} from "../../../domain/integration/enforcement.ts";
import { findIntegration } from "../../../domain/integration/integration.ts";
import { providerName } from "../../../domain/integration/providers.ts";
import { Refusal } from "../../../refusal.ts";
import type { Context } from "../../edge/context.ts";
import { checkFields, type FieldErrors, summaryOf } from "../../edge/fields.ts";
import { shellOf } from "../../edge/shell.ts";
import { show } from "../../edge/show.ts";
import { readForm } from "../../edge/size.ts";
import { ErrorSummary } from "../../ui/form.tsx";
import { Enforced } from "../../ui/okta/enforced.tsx";
import { NotEnforced } from "../../ui/okta/not-enforced.tsx";
import { Page } from "../../ui/page.tsx";
import { SettingsLayout } from "../../ui/settings-layout.tsx";

/** `GET /settings/okta/enforcement`: how Single Sign-On becomes the only way in, and how it is undone. */
export function showEnforcement(c: Context): Promise<Response> {
  return answer(c, { typed: "", grace: "60" }, {});
}

/** `POST /settings/okta/enforcement`: makes it so, once the slug was typed and a grace chosen. */
export async function enforce(c: Context): Promise<Response> {
  const { scope, parts, session, organization } = c.var;
  const form = await readForm(c);
  const typed = form.get("slug") ?? "";
  const grace = form.get("grace") ?? "";
  const checked = checkFields({
    grace: () => checkedGrace(grace),
    slug: () => checkConfirmation(typed, organization.slug),
  });
  if (checked.errors) return answer(c, { typed, grace }, checked.errors);
  await enforceSso(scope, parts.settings, session, checked.values.grace);
  parts.gate.forget();
  return c.redirect("/settings/okta/enforcement", 303);
}

function checkedGrace(value: string): Grace {
  const grace = GRACES.find((each) => String(each) === value);
  if (grace === undefined) throw new Refusal(422, "grace", "Choose when other sessions end.");
  return grace;
}

function checkConfirmation(typed: string, slug: string): void {
  if (typed.trim() !== slug) throw new Refusal(422, "slug", `That is not the slug of this organization: type ${slug}.`);
}

async function answer(c: Context, filled: { typed: string; grace: string }, errors: FieldErrors): Promise<Response> {
  const { scope, organization, session, now, notices } = c.var;
  const integration = organization.includesIntegration ? await findIntegration(scope) : undefined;
  if (!integration && !organization.ssoEnforced) return c.redirect("/settings/okta", 303);
  const provider = providerName(integration?.provider ?? "other");
  const common = { provider, integration, notices, now, slug: organization.slug };
  const body = organization.ssoEnforced ? (
    <Enforced
      {...common}
      owners={await listOwnersWays(scope)}
      self={session.memberId}
      byCode={session.method === "recovery"}
    />
  ) : (
    <NotEnforced
      {...common}
      {...filled}
      errors={errors}
      fresh={isFreshSso(session, now)}
      unconnected={await readUnconnected(scope)}
    />
  );
  const page = (
    <Page title="Enforce Single Sign-On" shell={shellOf(c)} width="wide">
      <SettingsLayout current="okta">
        <ErrorSummary errors={summaryOf(errors)} />
        {body}
      </SettingsLayout>
    </Page>
  );
  return show(c, page, Object.keys(errors).length > 0 ? 422 : 200);
}
