import type { Child } from "hono/jsx";
import { Icon, type IconName } from "./icon.tsx";
import type { Tone } from "./shell.ts";

const ICONS: Readonly<Record<Tone, IconName>> = {
  success: "check",
  info: "info",
  warning: "warning",
  danger: "warning",
};

interface BannerProps {
  readonly tone: Tone;
  readonly title?: string | undefined;
  readonly children?: Child;
}

/** A message that stands out. `warning` and `danger` interrupt a screen reader, the others wait. */
export function Banner({ tone, title, children }: BannerProps) {
  return (
    <div class={`banner banner-${tone}`} role={tone === "warning" || tone === "danger" ? "alert" : "status"}>
      <Icon name={ICONS[tone]} />
      <div class="banner-text">
        {title && <strong>{title}</strong>}
        <div>{children}</div>
      </div>
    </div>
  );
}
