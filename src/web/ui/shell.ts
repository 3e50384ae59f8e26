/** What every page is framed with: filled by the edge for each request, read by `Page` alone. Nothing here is a secret. */
export interface Shell {
  readonly productName: string;
  readonly supportEmail?: string | undefined;
  /** The organization whose URL was asked; absent at the apex. */
  readonly organization?: ShellOrganization | undefined;
  /** Who is signed in; absent on sign-in, set-up and refusals to strangers. Without a person there is no menu. */
  readonly person?: ShellPerson | undefined;
  /** What this person may open, in order. The caller leaves out what is not allowed. */
  readonly menu: readonly MenuItem[];
  /** What the person must know on every page, such as a certificate that somebody changed. */
  readonly banners?: readonly ShellBanner[] | undefined;
}

export interface ShellOrganization {
  readonly name: string;
  readonly slug: string;
  readonly url: string;
}

export interface ShellPerson {
  readonly name: string;
  readonly email: string;
  /** As people read it: `Owner`, `Admin`, `Member`. */
  readonly role: string;
}

export interface MenuItem {
  readonly label: string;
  readonly href: string;
  readonly current?: boolean | undefined;
}

export interface ShellBanner {
  readonly tone: Tone;
  readonly text: string;
  readonly link?: { readonly label: string; readonly href: string } | undefined;
}

/** What a colour means. The words beside it always say the same: colour is never the only sign. */
export type Tone = "success" | "info" | "warning" | "danger";
