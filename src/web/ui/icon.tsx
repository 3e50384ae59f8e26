const PATHS = {
  check: "M3.5 8.5l3 3 6-7",
  chevron: "M4 6.5l4 4 4-4",
  copy: "M6 5.5h6.5v8H6zM10 5.5v-3H3.5v8H6",
  external: "M9.5 3H13v3.5M13 3L7.5 8.5M11 9.5V13H3V5h3.5",
  info: "M8 7.5v4M8 4.7v.1M14.5 8a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0z",
  search: "M10.5 10.5l3.5 3.5M12 7A5 5 0 1 1 2 7a5 5 0 0 1 10 0z",
  warning: "M8 6.5v3.5M8 12v.1M8 2L1.5 14h13z",
} as const;

export type IconName = keyof typeof PATHS;

/** A small line drawing in the colour of the text. It only repeats what the words say, so it is silent. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="1.6"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
