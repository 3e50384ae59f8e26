import type { DescribedCertificate } from "../../../domain/integration/certificate-life.ts";
import { Badge } from "../badge.tsx";
import { LinkButton } from "../button.tsx";
import { Card, CardHeader } from "../card.tsx";
import { CopyValue } from "../copy.tsx";
import { Table } from "../table.tsx";
import { RelativeTime, Time } from "../time.tsx";

interface CertificatesProps {
  readonly certificates: readonly DescribedCertificate[];
  /** The provider's name within a sentence. */
  readonly provider: string;
  readonly now: Date;
}

/** The certificates that the identity provider may sign with: which is in use, how long each is good, add and remove. */
export function CertificateCard({ certificates, provider, now }: CertificatesProps) {
  return (
    <Card flush={true}>
      <CardHeader
        title="SAML certificates"
        hint={`To rotate: add the next one here, let ${provider} switch to it, and remove the old one once the next is in use. All of them verify meanwhile.`}
        act={
          <LinkButton kind="secondary" href="/settings/okta/certificates">
            Add certificate
          </LinkButton>
        }
      />
      <Table
        caption="SAML certificates"
        columns={[
          { label: "Certificate" },
          { label: "Last used to sign in" },
          { label: "Valid" },
          { label: "Act", quiet: true },
        ]}
        rows={certificates.map((certificate) => [
          <Subject certificate={certificate} />,
          <Use certificate={certificate} now={now} />,
          <Validity certificate={certificate} />,
          <a href={`/settings/okta/certificates/remove?fingerprint=${certificate.fingerprintSha256}`}>
            Remove<span class="visually-hidden"> {shortFingerprint(certificate)}</span>
          </a>,
        ])}
      />
    </Card>
  );
}

function Subject({ certificate }: { readonly certificate: DescribedCertificate }) {
  return (
    <div class="certificate">
      <p>{certificate.subject}</p>
      <CopyValue label={`SHA-256 fingerprint ${shortFingerprint(certificate)}`} value={certificate.fingerprintSha256} />
      <p class="hint">
        SHA-256 fingerprint. {certificate.origin === "metadata" ? "Taken from metadata" : "Added"}{" "}
        <Time at={certificate.addedAt} dateOnly={true} />
      </p>
    </div>
  );
}

function Use({ certificate, now }: { readonly certificate: DescribedCertificate; readonly now: Date }) {
  return (
    <>
      <RelativeTime at={certificate.lastUsedAt} now={now} otherwise="Not used yet" />{" "}
      {certificate.inUse && <Badge tone="connected">In use</Badge>}
    </>
  );
}

/** From when to when, with a warning where the end is near or past. */
function Validity({ certificate: { notBefore, notAfter, state, daysLeft } }: { certificate: DescribedCertificate }) {
  return (
    <>
      <Time at={notBefore} dateOnly={true} /> to <Time at={notAfter} dateOnly={true} />{" "}
      {state === "expired" && <Badge tone="danger">Expired</Badge>}
      {state === "expiring" && <Badge tone="warning">{daysLeft === 0 ? "Last day" : left(daysLeft)}</Badge>}
    </>
  );
}

function left(days: number): string {
  return `${days} ${days === 1 ? "day" : "days"} left`;
}

/** Enough to tell certificates apart: a provider gives all of them one subject. */
function shortFingerprint({ fingerprintSha256 }: Pick<DescribedCertificate, "fingerprintSha256">): string {
  return fingerprintSha256.slice(0, 8);
}
