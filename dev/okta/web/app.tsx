import type { AppSettings, Org } from "../org.ts";
import { Act, Copy } from "./page.tsx";

/** What the admin page says of the last test, import or refused entry. */
export interface Notice {
  readonly ok: boolean;
  readonly sentence: string;
}

/** The one app: what to copy into the service, what was pasted from it, and the connector test. */
export function App({ org, ssoUrl, notice }: { org: Org; ssoUrl: string; notice: Notice | undefined }) {
  return (
    <section aria-labelledby="app">
      <h2 id="app">The app “Semaphore”</h2>
      {notice === undefined ? null : (
        <p class={notice.ok ? "done" : "error"} role="status">
          {notice.sentence}
        </p>
      )}
      <h3>To copy into the service</h3>
      <Copy id="sso-url" label="Sign-on URL" value={ssoUrl} />
      <Copy id="issuer" label="Issuer" value={org.issuer} />
      <Copy id="certificate" label="X.509 certificate" value={org.keys.certificate.trim()} rows={4} />
      <details>
        <summary>The next certificate</summary>
        <Copy id="next-certificate" label="Next X.509 certificate" value={org.nextKeys.certificate.trim()} rows={4} />
        <p class="quiet">Add it in the service first. From the activation on, responses are signed with it.</p>
        <Act to="/admin/app/activate" label="Activate the next certificate" name="Activate the next certificate" />
      </details>
      <h3>Pasted from the service</h3>
      <Settings app={org.app} />
      <div class="actions">
        <Act to="/admin/app/test" label="Test Connector" name="Test Connector" />
        <Act to="/admin/app/import" label="Import" name="Import" />
      </div>
    </section>
  );
}

function Settings({ app }: { app: AppSettings | undefined }) {
  return (
    <form method="post" action="/admin/app" class="fields stacked">
      <Text id="acs-url" name="acsUrl" label="Single Sign-On URL" value={app?.acsUrl} required />
      <Text id="audience" name="audience" label="Audience" value={app?.audience} required />
      <Text id="scim-base-url" name="scimBaseUrl" label="SCIM base URL" value={app?.scimBaseUrl}>
        Empty: no provisioning, sign-in only.
      </Text>
      <div class="field">
        <label for="scim-token">SCIM token</label>
        <input id="scim-token" name="scimToken" type="password" autocomplete="off" aria-describedby="scim-token-hint" />
        <p class="quiet" id="scim-token-hint">
          {app?.scimToken ? "One is saved. Leave this empty to keep it." : "Sent as a bearer token."}
        </p>
      </div>
      <Choices app={app} />
      <button type="submit" class="primary">
        Save app
      </button>
    </form>
  );
}

interface TextProps {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly value: string | undefined;
  readonly required?: boolean;
  readonly children?: string;
}

function Text({ id, name, label, value, required, children }: TextProps) {
  const hint = children === undefined ? undefined : `${id}-hint`;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input id={id} name={name} value={value} required={required} autocomplete="off" aria-describedby={hint} />
      {hint === undefined ? null : (
        <p class="quiet" id={hint}>
          {children}
        </p>
      )}
    </div>
  );
}

function Choices({ app }: { app: AppSettings | undefined }) {
  return (
    <>
      <fieldset>
        <legend>How the app was made</legend>
        <label class="check">
          <input type="radio" name="generation" value="wizard" checked={app?.generation !== "catalogue"} />
          With the SAML wizard: GET, then PUT
        </label>
        <label class="check">
          <input type="radio" name="generation" value="catalogue" checked={app?.generation === "catalogue"} />
          From the catalogue: PATCH
        </label>
      </fieldset>
      <label class="check">
        <input type="checkbox" name="importGroups" value="yes" checked={app?.importGroups === true} />
        Import groups
      </label>
    </>
  );
}
