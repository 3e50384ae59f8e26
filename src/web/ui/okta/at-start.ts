/** A provider's name as a sentence begins with it: "Your identity provider". */
export function atStart(provider: string): string {
  return provider.charAt(0).toUpperCase() + provider.slice(1);
}
