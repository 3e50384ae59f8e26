import { asset } from "./asset.ts";
import { Avatar } from "./avatar.tsx";
import { Icon } from "./icon.tsx";
import type { Shell, ShellOrganization, ShellPerson } from "./shell.ts";

/** The bar at the top: the product, then the organization's menu for whoever is signed in, else the organization's name. */
export function Header({ shell }: { readonly shell: Shell }) {
  const { organization, person } = shell;
  return (
    <header class="header">
      <a class="brand" href="/">
        <img src={asset("mark.svg")} alt="" width="26" height="26" />
        {shell.productName}
      </a>
      {organization && person && <OrganizationMenu shell={shell} organization={organization} person={person} />}
      {organization && !person && <span class="header-organization">{organization.name}</span>}
    </header>
  );
}

interface MenuProps {
  readonly shell: Shell;
  readonly organization: ShellOrganization;
  readonly person: ShellPerson;
}

function OrganizationMenu({ shell, organization, person }: MenuProps) {
  return (
    <nav aria-label="Organization">
      <details class="menu" data-menu="">
        <summary class="menu-button">
          <Avatar name={organization.name} square={true} />
          <span class="menu-organization">{organization.name}</span>
          <span class="visually-hidden"> organization menu</span>
          <Icon name="chevron" />
        </summary>
        <div class="menu-sheet">
          <ul class="menu-items">
            {shell.menu.map(({ label, href, current }) => (
              <li>
                <a href={href} aria-current={current ? "page" : undefined}>
                  {label}
                </a>
              </li>
            ))}
          </ul>
          <Account person={person} />
        </div>
      </details>
    </nav>
  );
}

function Account({ person }: { readonly person: ShellPerson }) {
  return (
    <div class="menu-account">
      <Avatar name={person.name} />
      <p>
        <strong>{person.name}</strong>
        <span>{person.email}</span>
        <span>{person.role}</span>
      </p>
      <form method="post" action="/sign-out">
        <button class="button button-secondary" type="submit" data-working="Signing out…">
          Sign out
        </button>
      </form>
    </div>
  );
}
