import { organizationUrl } from "../domain/organizations/organization.ts";
import { awaitsSetup } from "../domain/organizations/organizations.ts";
import type { Context } from "./edge/context.ts";
import { shellOf } from "./edge/shell.ts";
import { show } from "./edge/show.ts";
import { tenantOf } from "./edge/tenant.ts";
import { Banner } from "./ui/banner.tsx";
import { Button, ButtonRow, LinkButton } from "./ui/button.tsx";
import { Card } from "./ui/card.tsx";
import { TextField } from "./ui/field.tsx";
import { PageHeading } from "./ui/heading.tsx";
import { Page } from "./ui/page.tsx";

/**
 * `GET /` at the apex: find your organization. It says where an organization of this name would be, whether there is one or
 * not. A link leads there: the policy for forms allows no redirect to another origin.
 */
export async function findYourOrganization(c: Context): Promise<Response> {
  const { baseUrl } = c.var.parts.config;
  const typed = c.req.query("organization");
  const slug = typed?.trim() ? slugIn(typed, baseUrl.hostname) : undefined;
  const error = typed === undefined || slug ? undefined : "That is not an organization's address, such as acme.";
  const page = (
    <Page title="Find your organization" shell={shellOf(c)} width="narrow">
      {(await awaitsSetup(c.var.parts.db)) && <FirstRun />}
      <Card>
        <PageHeading
          title="Find your organization"
          lead={`Each organization has an address of its own, such as acme.${baseUrl.host}.`}
        />
        <form class="form" method="get" action="/">
          <TextField
            name="organization"
            label="Organization"
            value={typed}
            suffix={`.${baseUrl.host}`}
            error={error}
            mono={true}
            hint="The first part of the address. Your administrator knows it."
          />
          <ButtonRow>
            <Button kind={slug ? "secondary" : "primary"}>Find</Button>
          </ButtonRow>
        </form>
        {slug && (
          <ButtonRow>
            <LinkButton href={organizationUrl(slug, baseUrl)}>Go to {`${slug}.${baseUrl.host}`}</LinkButton>
          </ButtonRow>
        )}
      </Card>
    </Page>
  );
  return show(c, page, error ? 422 : 200);
}

/** The slug in `acme`, `acme.example.com` or a whole URL. */
function slugIn(typed: string, apex: string): string | undefined {
  const host = typed
    .trim()
    .replace(/^https?:\/\//i, "")
    .replace(/\/.*$/, "");
  const tenants = [tenantOf(host, apex), tenantOf(`${host}.${apex}`, apex)];
  return tenants.find((tenant) => tenant.kind === "organization")?.slug;
}

function FirstRun() {
  return (
    <Banner tone="info" title="There is no organization here yet">
      Whoever runs this service makes the first one: with the set-up link that it prints when it starts.
    </Banner>
  );
}
