import type { ListedToken } from "./tokens.ts";

const DAY = 86_400_000;

/** So many days before a token expires it is time to make the next one. */
export const WARNING_DAYS = 14;

/** How it stands with a token: what the settings page says of it. */
export type TokenState = "valid" | "expiring" | "expired";

/** Whether a token is good, ends within 14 days, or has ended. */
export function tokenState({ expiresAt }: Pick<ListedToken, "expiresAt">, now: Date): TokenState {
  if (!expiresAt) return "valid";
  if (expiresAt <= now) return "expired";
  return expiresAt.getTime() - now.getTime() <= WARNING_DAYS * DAY ? "expiring" : "valid";
}

/** Whether the directory has gone over to another token that is good: then this one is needed no more. */
export function isReplaced(token: ListedToken, tokens: readonly ListedToken[], now: Date): boolean {
  const since = token.lastUsedAt;
  return tokens.some(({ id, lastUsedAt, ...other }) => {
    if (id === token.id || lastUsedAt === null || tokenState(other, now) === "expired") return false;
    return since === null || lastUsedAt >= since;
  });
}

/** When the last token that was good ended, where none is good any more: since then the directory is refused. */
export function refusedSince(tokens: readonly ListedToken[], now: Date): Date | undefined {
  if (tokens.some((token) => tokenState(token, now) !== "expired")) return undefined;
  const ends = tokens.flatMap(({ expiresAt }) => expiresAt ?? []);
  return ends.length === 0 ? undefined : new Date(Math.max(...ends.map((end) => end.getTime())));
}

/** A token with how it stands. */
export interface DescribedToken extends ListedToken {
  readonly state: TokenState;
  readonly replaced: boolean;
}

/** Each token with its state at this moment, and whether another one has taken its place. */
export function describeTokens(tokens: readonly ListedToken[], now: Date): readonly DescribedToken[] {
  return tokens.map((token) => ({
    ...token,
    state: tokenState(token, now),
    replaced: isReplaced(token, tokens, now),
  }));
}
