/** The initials of a person (round) or an organization (square). The name always stands beside it, so it is silent. */
export function Avatar({ name, square = false }: { readonly name: string; readonly square?: boolean | undefined }) {
  return (
    <span class={square ? "avatar avatar-square" : "avatar"} aria-hidden="true">
      {initials(name)}
    </span>
  );
}

interface PersonProps {
  readonly name: string;
  readonly email: string;
  readonly href?: string | undefined;
}

/** A person in a list: initials, name and what tells two of the same name apart. */
export function Person({ name, email, href }: PersonProps) {
  return (
    <div class="person">
      <Avatar name={name} />
      <p>
        {href ? <a href={href}>{name}</a> : name}
        <span class="hint">{email}</span>
      </p>
    </div>
  );
}

/** The first letters of the first and the last word: `Ada King Lovelace` gives `AL`, an address its first letter. */
function initials(name: string): string {
  const letters = name.split(/[\s._@-]+/).flatMap((word) => word.match(/[\p{L}\p{N}]/u)?.[0].toUpperCase() ?? []);
  const [first = "?", ...others] = letters;
  return name.includes("@") ? first : first + (others.at(-1) ?? "");
}
