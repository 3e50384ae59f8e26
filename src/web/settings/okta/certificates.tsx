import { addCertificates } from "../../../domain/integration/certificates.ts";
import { findIntegration } from "../../../domain/integration/integration.ts";
import { providerName } from "../../../domain/integration/providers.ts";
import { type CertificateDetails, parseCertificates } from "../../../protocols/saml/certificate.ts";
import type { Context } from "../../edge/context.ts";
import { checkFields, type FieldErrors, summaryOf } from "../../edge/fields.ts";
import { shellOf } from "../../edge/shell.ts";
import { show } from "../../edge/show.ts";
import { readUpload } from "../../edge/upload.ts";
import { SubmitOrCancel } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { FileField, TextArea } from "../../ui/field.tsx";
import { ErrorSummary, Form } from "../../ui/form.tsx";
import { PageHeading } from "../../ui/heading.tsx";
import { Page } from "../../ui/page.tsx";
import { SettingsLayout } from "../../ui/settings-layout.tsx";

/** `GET /settings/okta/certificates`: the form that adds the provider's next certificate. */
export async function askForCertificate(c: Context): Promise<Response> {
  const integration = await findIntegration(c.var.scope);
  if (!integration) return c.redirect("/settings/okta", 303);
  return show(c, <CertificatePage c={c} provider={providerName(integration.provider)} typed="" errors={{}} />);
}

/** `POST /settings/okta/certificates`: trusts what was pasted or uploaded, besides those before. */
export async function addCertificate(c: Context): Promise<Response> {
  const form = await readUpload(c);
  const [typed, file] = [form.text("certificate"), form.file("file")];
  const checked = checkFields({
    ...((typed.trim() !== "" || !file) && { certificate: () => parseCertificates(typed) }),
    ...(file && { file: () => parseCertificates(certificateText(file)) }),
  });
  if (checked.errors) {
    const integration = await findIntegration(c.var.scope);
    const provider = providerName(integration?.provider ?? "other");
    return show(c, <CertificatePage c={c} provider={provider} typed={typed} errors={checked.errors} />, 422);
  }
  const { certificate = [], file: uploaded = [] } = checked.values as Partial<Record<string, CertificateDetails[]>>;
  await addCertificates(c.var.scope, [...certificate, ...uploaded]);
  return c.redirect("/settings/okta?saved", 303);
}

/** Entra ID and ADFS offer the certificate as bytes too (DER, X.690 §10), which begin with a SEQUENCE of two length bytes. */
function certificateText(file: Uint8Array): string {
  const bytes = Buffer.from(file);
  return bytes[0] === 0x30 && bytes[1] === 0x82 ? bytes.toString("base64") : bytes.toString("utf8");
}

interface CertificatePageProps {
  readonly c: Context;
  readonly provider: string;
  readonly typed: string;
  readonly errors: FieldErrors;
}

function CertificatePage({ c, provider, typed, errors }: CertificatePageProps) {
  return (
    <Page title="Add a certificate" shell={shellOf(c)} width="wide">
      <SettingsLayout current="okta">
        <PageHeading
          title="Add a certificate"
          lead={`Those that are there stay trusted. Add the next one before ${provider} signs with it: then no sign-in fails.`}
          back={{ label: "Okta Integration", href: "/settings/okta" }}
        />
        <ErrorSummary errors={summaryOf(errors)} />
        <Card>
          <Form action="/settings/okta/certificates" upload={true}>
            <TextArea
              name="certificate"
              label="Paste it"
              mono={true}
              rows={8}
              value={typed}
              error={errors["certificate"]}
              hint="With or without the BEGIN line; several, one after the other, are all taken."
            />
            <FileField
              name="file"
              label="Or choose its file"
              accept=".pem,.crt,.cer,.cert,.txt"
              error={errors["file"]}
              hint="Base64 (PEM) or binary (DER), as the provider downloads it."
            />
            <SubmitOrCancel working="Adding…" cancel="/settings/okta">
              Add
            </SubmitOrCancel>
          </Form>
        </Card>
      </SettingsLayout>
    </Page>
  );
}
