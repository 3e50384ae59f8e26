import type { Sealer } from "../../db/sealed.ts";
import type { GitProvider } from "../../db/tables.ts";

/** What a git host gave, in the clear: never logged, never shown, never written unsealed. */
export interface Tokens {
  readonly accessToken: string;
  /** Only of hosts whose access tokens expire. */
  readonly refreshToken?: string | undefined;
}

/** Where sealed tokens belong: they open nowhere else. */
export function placeOfTokens(organizationId: string, memberId: string, provider: GitProvider): string {
  return `git token ${organizationId} ${memberId} ${provider}`;
}

export function sealTokens(sealer: Sealer, { accessToken, refreshToken }: Tokens, place: string): Buffer {
  return sealer.seal(JSON.stringify({ accessToken, refreshToken }), place);
}

/** Throws where they were sealed under a key that is gone. */
function openTokens(sealer: Sealer, sealed: Buffer, place: string): Tokens {
  return JSON.parse(sealer.open(sealed, place)) as Tokens;
}

/** Undefined where they were sealed under a key that is gone: then nobody can tell the host of them. */
export function openIfPossible(sealer: Sealer, sealed: Buffer, place: string): Tokens | undefined {
  try {
    return openTokens(sealer, sealed, place);
  } catch {
    return undefined;
  }
}
