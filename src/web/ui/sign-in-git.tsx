import { ButtonRow, LinkButton } from "./button.tsx";

export interface SignInGitProps {
  readonly hosts: readonly { readonly provider: string; readonly name: string }[];
  /** Where to go afterwards. */
  readonly next: string;
}

/** The git hosts that one can sign in with. Links, no form: they lead to another site. */
export function SignInGit({ hosts, next }: SignInGitProps) {
  if (hosts.length === 0) return null;
  const query = next === "/" ? "" : `?next=${encodeURIComponent(next)}`;
  return (
    <div class="ways">
      <p class="hint">Or with the git account that you connected, or whose email is yours here:</p>
      <ButtonRow>
        {hosts.map(({ provider, name }) => (
          <LinkButton href={`/sign-in/git/${provider}${query}`} kind="secondary">
            Sign in with {name}
          </LinkButton>
        ))}
      </ButtonRow>
    </div>
  );
}
