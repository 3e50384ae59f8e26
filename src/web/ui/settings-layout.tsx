import type { Child } from "hono/jsx";

const PLACES = [
  { place: "general", label: "General", href: "/settings" },
  { place: "okta", label: "Okta Integration", href: "/settings/okta" },
  { place: "mapping", label: "Mapping", href: "/settings/okta/mapping" },
  { place: "activity", label: "Okta Activity", href: "/settings/okta/activity" },
  { place: "duplicates", label: "Duplicates", href: "/settings/okta/duplicates" },
] as const;

interface SettingsLayoutProps {
  /** Which entry of the side navigation this page belongs to. */
  readonly current: (typeof PLACES)[number]["place"];
  readonly children?: Child;
}

/** A settings page: the side navigation, which is a row on a phone, and beside it the page. Use it in a `wide` page. */
export function SettingsLayout({ current, children }: SettingsLayoutProps) {
  return (
    <div class="settings">
      <nav class="side" aria-label="Settings">
        <p class="side-title">Settings</p>
        <ul>
          {PLACES.map(({ place, label, href }) => (
            <li>
              <a href={href} aria-current={place === current ? "page" : undefined}>
                {label}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div class="settings-page">{children}</div>
    </div>
  );
}
