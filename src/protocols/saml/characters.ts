/** Why a document is not in the grammar that we read: what was wanted and what stood there. */
export class XmlFault extends Error {
  readonly wanted: string;
  readonly got: string;

  constructor(wanted: string, got: string) {
    super(`wanted ${wanted}, got ${got}`);
    this.wanted = wanted;
    this.got = got;
  }
}

/**
 * Line ends as one newline (XML 1.0 §2.11), after refusing every character that XML 1.0 §2.2 does not know: NUL and the
 * other controls, half surrogate pairs, U+FFFE and U+FFFF.
 */
export function normalizedText(text: string): string {
  if (/[^\t\n\r\u0020-\uFFFD]/.test(text) || !text.isWellFormed()) {
    throw new XmlFault("characters that XML allows", "a control character or half a surrogate pair");
  }
  return text.includes("\r") ? text.replaceAll("\r\n", "\n").replaceAll("\r", "\n") : text;
}

/** Character data between tags, references resolved (XML 1.0 §2.4). */
export function characterData(raw: string): string {
  if (raw.includes("]]>")) throw new XmlFault("no ]]> in text", "]]>");
  return raw.includes("&") ? withoutReferences(raw) : raw;
}

/** An attribute's value: white space becomes spaces, then references are resolved (XML 1.0 §3.3.3). */
export function attributeValue(raw: string): string {
  if (raw.includes("<")) throw new XmlFault("no < in an attribute", "<");
  const spaced = raw.includes("\n") || raw.includes("\t") ? raw.replaceAll("\n", " ").replaceAll("\t", " ") : raw;
  return spaced.includes("&") ? withoutReferences(spaced) : spaced;
}

/** Is there nothing here but XML white space? */
export function isBlank(raw: string): boolean {
  for (let at = 0; at < raw.length; at += 1) {
    if (!isSpace(raw.charCodeAt(at))) return false;
  }
  return true;
}

/** Space, tab, carriage return, newline (XML 1.0 §2.3). */
export function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0d;
}

function withoutReferences(raw: string): string {
  let text = "";
  let from = 0;
  for (let at = raw.indexOf("&"); at !== -1; at = raw.indexOf("&", from)) {
    // No reference we know is longer than `&#x10FFFF;`: a short window keeps a run of ampersands linear.
    const end = raw.slice(at, at + 12).indexOf(";");
    if (end === -1) throw new XmlFault("a reference that ends in a semicolon", "&");
    text += raw.slice(from, at) + referenced(raw.slice(at + 1, at + end));
    from = at + end + 1;
  }
  return text + raw.slice(from);
}

/** The five names that XML predefines and numbers. Others would need a DTD, and there is none. */
const PREDEFINED: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

function referenced(name: string): string {
  const predefined = PREDEFINED.get(name);
  if (predefined !== undefined) return predefined;
  const hex = name.startsWith("#x");
  const digits = name.slice(hex ? 2 : 1);
  const known = hex ? /^[0-9A-Fa-f]+$/.test(digits) : name.startsWith("#") && /^[0-9]+$/.test(digits);
  const code = known ? Number.parseInt(digits, hex ? 16 : 10) : -1;
  if (!isCharacter(code)) throw new XmlFault("a predefined or numeric reference", `&${name};`);
  return String.fromCodePoint(code);
}

function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x09 || code === 0x0a || code === 0x0d;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}
