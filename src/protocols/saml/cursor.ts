import { attributeValue, isSpace, XmlFault } from "./characters.ts";

/** A place in a text, and the small things of XML that can be read from there. Each moves the place behind it. */
export class Cursor {
  protected readonly text: string;
  protected at = 0;
  /** Where the colon of the name that was read last stands in it, or -1. */
  protected colon = -1;

  constructor(text: string) {
    this.text = text;
  }

  /** White space; was there any? */
  protected space(): boolean {
    const from = this.at;
    while (isSpace(this.text.charCodeAt(this.at))) this.at += 1;
    return this.at > from;
  }

  /** A qualified name in ASCII: `local` or `prefix:local` (Namespaces in XML 1.0 §4). */
  protected name(): string {
    const from = this.at;
    this.colon = -1;
    this.part();
    if (this.text.charCodeAt(this.at) === 0x3a) {
      this.colon = this.at - from;
      this.at += 1;
      this.part();
    }
    return this.text.slice(from, this.at);
  }

  /** `="value"`, with white space around the sign; the value as XML means it. */
  protected quoted(): string {
    this.space();
    if (this.text.charCodeAt(this.at) !== 0x3d) throw new XmlFault("= after an attribute's name", "none");
    this.at += 1;
    this.space();
    const quote = this.text[this.at];
    const end = quote === '"' || quote === "'" ? this.text.indexOf(quote, this.at + 1) : -1;
    if (end === -1) throw new XmlFault("a quoted attribute value", "none");
    const raw = this.text.slice(this.at + 1, end);
    this.at = end + 1;
    return attributeValue(raw);
  }

  private part(): void {
    if (nameClass(this.text.charCodeAt(this.at)) !== 1) throw new XmlFault("a name", "another character");
    do this.at += 1;
    while (nameClass(this.text.charCodeAt(this.at)) > 0);
  }
}

/** 1 for a character that may start a name, 2 for one that may only follow, 0 for others. */
const NAME_CLASS = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[A-Za-z_]/.test(character)) return 1;
  return /[0-9.-]/.test(character) ? 2 : 0;
});

function nameClass(code: number): number {
  return NAME_CLASS[code] ?? 0;
}
