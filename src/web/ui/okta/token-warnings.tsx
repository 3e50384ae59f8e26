import type { RefusedSummary } from "../../../domain/integration/refused-summary.ts";
import type { DescribedToken } from "../../../domain/integration/token-life.ts";
import { Banner } from "../banner.tsx";
import { Fact } from "../facts.tsx";
import { RelativeTime, Time } from "../time.tsx";
import { atStart } from "./at-start.ts";

interface TokenWarningsProps {
  readonly tokens: readonly DescribedToken[];
  /** The provider's name within a sentence. */
  readonly provider: string;
  /** Since when every token has expired. */
  readonly refusedSince: Date | undefined;
  readonly now: Date;
}

/** What the admin has to do about tokens before Okta is refused, or because it is. Nothing of those that were replaced. */
export function TokenWarnings({ tokens, provider, refusedSince, now }: TokenWarningsProps) {
  if (refusedSince) {
    return (
      <Banner tone="danger" title={`${atStart(provider)} is refused`}>
        {atStart(provider)} is refused since <Time at={refusedSince} />:{" "}
        {tokens.length === 1 ? "its only SCIM token has expired" : "all of its SCIM tokens have expired"}. Until it has
        a new one, nobody is pushed and nobody is deactivated. <RotateLink />
      </Banner>
    );
  }
  const ending = tokens.filter(({ state, replaced }) => state !== "valid" && !replaced);
  return (
    <>
      {ending.map((token) => (
        <Banner tone="warning">
          <Ending token={token} provider={provider} now={now} /> <RotateLink />
        </Banner>
      ))}
    </>
  );
}

interface EndingProps {
  readonly token: DescribedToken;
  readonly provider: string;
  readonly now: Date;
}

function Ending({ token: { name, state, expiresAt }, provider, now }: EndingProps) {
  if (state === "expired") {
    return (
      <>
        The SCIM token “{name}” expired on <Time at={expiresAt} dateOnly={true} />, and no other one has been used
        since.
      </>
    );
  }
  const days = Math.floor(((expiresAt?.getTime() ?? 0) - now.getTime()) / 86_400_000);
  return (
    <>
      The SCIM token “{name}” expires on <Time at={expiresAt} dateOnly={true} />,{" "}
      {days === 0 ? "within a day" : `in ${days} ${days === 1 ? "day" : "days"}`}. From then on {provider} is refused
      with it.
    </>
  );
}

function RotateLink() {
  return <a href="/settings/okta/token/new">Make the next one</a>;
}

interface RefusedFactProps {
  readonly refused: RefusedSummary;
  readonly now: Date;
}

/** The requests whose token was refused: how many, when last, from where, and what it looked like. */
export function RefusedFact({ refused, now }: RefusedFactProps) {
  return (
    <Fact label="Refused SCIM requests" hint={advice(refused)}>
      {howMany(refused)}, the last {refused.lastAddress && `from ${refused.lastAddress}, `}
      <RelativeTime at={refused.lastAt} now={now} />
    </Fact>
  );
}

function howMany({ unknown, expired, revoked, tokenName }: RefusedSummary): string {
  const name = tokenName === null ? "" : ` (“${tokenName}”)`;
  const kinds = [
    [unknown, "an unknown token"],
    [expired, `an expired token${revoked === 0 ? name : ""}`],
    [revoked, `a revoked token${name}`],
  ] as const;
  const [first, ...more] = kinds.filter(([count]) => count > 0).map(([count, what]) => ({ count, what }));
  if (!first) return "";
  const requests = `${first.count.toLocaleString("en")} ${first.count === 1 ? "request" : "requests"} with ${first.what}`;
  return [requests, ...more.map(({ count, what }) => `${count.toLocaleString("en")} with ${what}`)].join(", ");
}

function advice({ expired, revoked }: RefusedSummary): string {
  if (revoked > 0) return "A directory still has a token that was revoked. Put one that is valid into it.";
  if (expired > 0) return "A directory still has a token that has expired. Put one that is valid into it.";
  return "If that is your provider, paste the token anew there. If not, nobody came in. Counted for seven days after the last.";
}
