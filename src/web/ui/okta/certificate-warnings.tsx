import type { DescribedCertificate } from "../../../domain/integration/certificate-life.ts";
import { Banner } from "../banner.tsx";
import { Time } from "../time.tsx";

interface CertificateWarningsProps {
  readonly certificates: readonly DescribedCertificate[];
  readonly provider: string;
}

/** What the admin has to do about certificates that end. Nothing of those that were replaced. */
export function CertificateWarnings({ certificates, provider }: CertificateWarningsProps) {
  const ending = certificates.filter(({ state, replaced }) => state !== "valid" && !replaced);
  return (
    <>
      {ending.map((certificate) => (
        <Banner tone="warning">
          <Ending certificate={certificate} provider={provider} />{" "}
          <a href="/settings/okta/certificates">Add the next one</a>
        </Banner>
      ))}
    </>
  );
}

function Ending({ certificate, provider }: { readonly certificate: DescribedCertificate; readonly provider: string }) {
  const { state, inUse, fingerprintSha256, notAfter, daysLeft } = certificate;
  const which = `${inUse ? "The SAML certificate in use" : "A SAML certificate"} (${fingerprintSha256.slice(0, 8)}…)`;
  if (state === "expired") {
    return (
      <>
        {which} expired on <Time at={notAfter} dateOnly={true} />. People still sign in with it; make a new one in{" "}
        {provider} all the same.
      </>
    );
  }
  return (
    <>
      {which} expires on <Time at={notAfter} dateOnly={true} />,{" "}
      {daysLeft === 0 ? "within a day" : `in ${daysLeft} ${daysLeft === 1 ? "day" : "days"}`}. Make the next one in{" "}
      {provider}, and add it here before {provider} switches to it.
    </>
  );
}
