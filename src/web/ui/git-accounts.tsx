import type { Child } from "hono/jsx";
import type { GitAccess, GitProvider } from "../../db/tables.ts";
import { Badge } from "./badge.tsx";
import { Button, ButtonRow, LinkButton } from "./button.tsx";
import { Time } from "./time.tsx";

/** One git host: connected, or configured and to be connected, or both. */
export interface GitRow {
  readonly provider: GitProvider;
  /** As people call it. */
  readonly name: string;
  /** It can be connected: the operator configured it. */
  readonly configured: boolean;
  readonly connection?: GitRowConnection | undefined;
}

interface GitRowConnection {
  readonly login: string;
  readonly access: GitAccess;
  readonly connectedAt: Date;
  /** The host does not take our access any more, or is another installation than the configured one. */
  readonly broken: boolean;
}

interface GitAccountsProps {
  readonly rows: readonly GitRow[];
  /** The path to come back to from a host. */
  readonly next: string;
  /** On the account page a connection can be checked and ended as well. */
  readonly manage?: boolean | undefined;
}

/** The git hosts, one row each: connect, or connected as whom, with how much access and since when. */
export function GitAccounts({ rows, next, manage = false }: GitAccountsProps) {
  return (
    <ul class="git-accounts">
      {rows.map((row) => (
        <li>
          <div class="git-account">
            <h3>
              {row.name} <State row={row} />
            </h3>
            <p>{row.connection ? <Connected {...row.connection} provider={row.provider} /> : <Offer row={row} />}</p>
          </div>
          <ButtonRow>
            {row.configured && <ConnectLinks row={row} next={next} />}
            {manage && row.connection && <Manage row={row} />}
          </ButtonRow>
        </li>
      ))}
    </ul>
  );
}

function State({ row: { connection } }: { row: GitRow }) {
  if (!connection) return null;
  return connection.broken ? <Badge tone="warning">Connect again</Badge> : <Badge tone="connected">Connected</Badge>;
}

function Connected({ provider, login, access, connectedAt, broken }: GitRowConnection & { provider: GitProvider }) {
  return (
    <>
      Connected as @{login}, {ACCESS[access](provider)}, since <Time at={connectedAt} dateOnly={true} />.
      {broken && " Our access does not work there any more: connect again."}
    </>
  );
}

function Offer({ row: { provider, name } }: { row: GitRow }) {
  if (provider !== "github") return <>Not connected.</>;
  return <>Not connected. Choose how much of {name} to open; it can be widened later.</>;
}

const ACCESS: Readonly<Record<GitAccess, (provider: GitProvider) => string>> = {
  email: () => "email only",
  public: (provider) => (provider === "github" ? "public repositories" : "repositories"),
  private: (provider) => (provider === "github" ? "private repositories" : "repositories"),
};
const ORDER: readonly GitAccess[] = ["email", "public", "private"];

/** Only GitHub lets people choose; elsewhere a connection opens the repositories. */
function ConnectLinks({ row: { provider, name, connection }, next }: { row: GitRow; next: string }) {
  const choices: readonly GitAccess[] = provider === "github" ? ORDER : ["private"];
  const had = connection && !connection.broken ? ORDER.indexOf(connection.access) : -1;
  return (
    <>
      {choices
        .filter((access) => ORDER.indexOf(access) > had)
        .map((access) => (
          <ConnectLink provider={provider} access={access} next={next}>
            {had >= 0 ? `Widen to ${ACCESS[access](provider)}` : "Connect"}
            {had < 0 && provider === "github" && `: ${ACCESS[access](provider)}`}
            <span class="visually-hidden"> ({name})</span>
          </ConnectLink>
        ))}
    </>
  );
}

interface ConnectLinkProps {
  readonly provider: GitProvider;
  readonly access: GitAccess;
  readonly next: string;
  readonly children?: Child;
}

/** A link: it leads to another site, where the policy for forms allows none. */
function ConnectLink({ provider, access, next, children }: ConnectLinkProps) {
  const href = `/account/git/${provider}/connect?access=${access}&next=${encodeURIComponent(next)}`;
  return (
    <LinkButton kind="secondary" href={href}>
      {children}
    </LinkButton>
  );
}

function Manage({ row: { provider, name, configured } }: { row: GitRow }) {
  return (
    <>
      {configured && (
        <form method="post" action={`/account/git/${provider}/check`}>
          <Button kind="secondary" working="Asking…">
            Check<span class="visually-hidden"> {name}</span>
          </Button>
        </form>
      )}
      <LinkButton kind="secondary" href={`/account/git/${provider}/disconnect`}>
        Disconnect<span class="visually-hidden"> {name}</span>
      </LinkButton>
    </>
  );
}
