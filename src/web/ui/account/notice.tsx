import { Banner } from "../banner.tsx";

/** What has just been done; of a git host its name. */
interface AccountNoticeProps {
  readonly ended: boolean;
  readonly named: boolean;
  readonly connected: string | undefined;
  readonly checked: string | undefined;
  readonly disconnected: string | undefined;
  /** Disconnected here, while the host still lists us. */
  readonly unrevoked: string | undefined;
}

/** Says what has just been done, and what is left to do elsewhere. */
export function AccountNotice({ ended, named, connected, checked, disconnected, unrevoked }: AccountNoticeProps) {
  if (unrevoked) {
    return (
      <Banner tone="warning" title={`${unrevoked} is disconnected here`}>
        {unrevoked} could not be told. Remove our access there: {PLACES[unrevoked] ?? "in your settings"}.
      </Banner>
    );
  }
  const done =
    (ended && "Signed out there.") ||
    (named && "Your name is changed.") ||
    (connected && `${connected} is connected.`) ||
    (checked && `${checked} was asked: see below.`) ||
    (disconnected && `${disconnected} is disconnected, and our access there is revoked.`);
  return done ? <Banner tone="success">{done}</Banner> : null;
}

/** Where people remove an application, as the hosts call it. */
const PLACES: Readonly<Record<string, string>> = {
  GitHub: "Settings, Applications, Authorized OAuth Apps",
  Bitbucket: "Personal settings, App authorizations",
  GitLab: "Preferences, Applications, Authorized applications",
};
