import type { Org } from "../org.ts";
import { App, type Notice } from "./app.tsx";
import { Groups } from "./groups.tsx";
import { Log } from "./log.tsx";
import { Page } from "./page.tsx";
import { People } from "./people.tsx";

/** All that the admin of this Okta sees and does, on one page. */
export function Admin(props: { org: Org; ssoUrl: string; notice: Notice | undefined }) {
  const { org } = props;
  return (
    <Page title="Okta admin" here="admin" busy={isBusy(org)}>
      <div class="columns">
        <div>
          <People org={org} />
          <Groups org={org} />
        </div>
        <App {...props} />
      </div>
      <Log org={org} />
    </Page>
  );
}

function isBusy(org: Org): boolean {
  const people = [...org.people.values()].some((person) => person.app.status === "working");
  return people || [...org.groups.values()].some((group) => group.push.status === "working");
}
