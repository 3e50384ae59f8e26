import type { Certificate } from "./certificates.ts";

const DAY = 86_400_000;

/** So many days before a certificate expires it is time to have the next one. */
export const CERTIFICATE_WARNING_DAYS = 60;

/** How it stands with a certificate. One that has expired still verifies. */
export type CertificateState = "valid" | "expiring" | "expired";

/** A certificate with how it stands, beside the others. */
export interface DescribedCertificate extends Certificate {
  readonly state: CertificateState;
  /** Whole days until it expires; negative when it has. */
  readonly daysLeft: number;
  /** The one that verified the last sign-in. */
  readonly inUse: boolean;
  /** The provider has gone over to another one that is good for longer. */
  readonly replaced: boolean;
}

/** Each certificate with its state at this moment, which one is in use, and whether another has taken its place. */
export function describeCertificates(all: readonly Certificate[], now: Date): readonly DescribedCertificate[] {
  const last = lastUsed(all);
  return all.map((certificate) => ({
    ...certificate,
    state: certificateState(certificate.notAfter, now),
    daysLeft: Math.floor((certificate.notAfter.getTime() - now.getTime()) / DAY),
    inUse: certificate.fingerprintSha256 === last?.fingerprintSha256,
    replaced: last !== undefined && last !== certificate && last.notAfter > certificate.notAfter,
  }));
}

function certificateState(notAfter: Date, now: Date): CertificateState {
  if (notAfter <= now) return "expired";
  return notAfter.getTime() - now.getTime() <= CERTIFICATE_WARNING_DAYS * DAY ? "expiring" : "valid";
}

function lastUsed(all: readonly Certificate[]): Certificate | undefined {
  const used = all.filter(({ lastUsedAt }) => lastUsedAt !== null);
  return used.reduce<Certificate | undefined>((last, each) => (isLater(each, last) ? each : last), undefined);
}

function isLater(each: Certificate, last: Certificate | undefined): boolean {
  return (each.lastUsedAt?.getTime() ?? 0) > (last?.lastUsedAt?.getTime() ?? 0);
}
