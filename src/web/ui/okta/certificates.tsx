import type { Certificate } from "../../../domain/integration/certificates.ts";
import { Badge } from "../badge.tsx";
import { Card, CardHeader } from "../card.tsx";
import { Table } from "../table.tsx";
import { Time } from "../time.tsx";

const DAY = 86_400_000;
/** So many days before the expiry it is time to say so. */
const WARNING_DAYS = 60;

interface CertificatesProps {
  readonly certificates: readonly Certificate[];
  readonly now: Date;
}

/** The certificates that the identity provider may sign with, and how long each is good. */
export function CertificateCard({ certificates, now }: CertificatesProps) {
  return (
    <Card flush={true}>
      <CardHeader
        title="SAML certificates"
        hint="When Okta makes a new one, add it under Edit before the old one expires: both work side by side."
      />
      <Table
        caption="SAML certificates"
        columns={[{ label: "Subject" }, { label: "Expires" }, { label: "SHA-256 fingerprint" }]}
        rows={certificates.map((certificate) => [
          certificate.subject,
          <Expiry certificate={certificate} now={now} />,
          <code>{certificate.fingerprintSha256}</code>,
        ])}
      />
    </Card>
  );
}

/** When a certificate ends, with a warning where that is near or past. */
function Expiry({ certificate, now }: { readonly certificate: Certificate; readonly now: Date }) {
  const left = Math.floor((certificate.notAfter.getTime() - now.getTime()) / DAY);
  return (
    <>
      <Time at={certificate.notAfter} dateOnly={true} /> {left < 0 && <Badge tone="danger">Expired</Badge>}
      {left >= 0 && left < WARNING_DAYS && (
        <Badge tone="warning">{left === 0 ? "Expires today" : `${left} ${left === 1 ? "day" : "days"} left`}</Badge>
      )}
    </>
  );
}
