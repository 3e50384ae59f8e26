import { badRequest, type ScimType } from "./error.ts";
import { quoted } from "./json.ts";

/** A place in a filter or path, and what can be read there. `scimType` is the word of its refusals. */
export class Scanner {
  readonly text: string;
  scimType: ScimType;
  private at = 0;

  constructor(text: string, scimType: ScimType) {
    this.text = text;
    this.scimType = scimType;
  }

  /** How many characters stand before the place. */
  get position(): number {
    return this.at;
  }

  /** Passes over spaces and says where the next thing begins. */
  start(): number {
    this.peek();
    return this.at;
  }

  /** Goes back to a position. */
  rewind(position: number): void {
    this.at = position;
  }

  /** The next character that is no space, without taking it; "" at the end. */
  peek(): string {
    while (SPACES.has(this.text.charAt(this.at))) this.at++;
    return this.text.charAt(this.at);
  }

  /** Takes the character if it is next. */
  take(character: string): boolean {
    if (this.peek() !== character) return false;
    this.at++;
    return true;
  }

  /** Takes the character if it is next without a space before it. */
  takeHere(character: string): boolean {
    if (this.text.charAt(this.at) !== character) return false;
    this.at++;
    return true;
  }

  /** Takes a run of the characters of names, URNs, numbers and words; "" if there is none. */
  word(): string {
    this.peek();
    WORD.lastIndex = this.at;
    const word = WORD.exec(this.text)?.[0] ?? "";
    this.at += word.length;
    return word;
  }

  /** Takes a JSON string (RFC 8259 §7); `undefined` if none begins here. */
  string(): string | undefined {
    if (this.peek() !== '"') return undefined;
    STRING.lastIndex = this.at;
    const literal = STRING.exec(this.text)?.[0];
    if (literal === undefined) throw this.refusal(`the closing quote of the text that begins here`);
    const value = parseLiteral(literal);
    if (value === undefined) throw this.refusal("text without broken escapes and control characters");
    this.at += literal.length;
    return value;
  }

  /** The refusal of what stands at a position (here, unless told), with what was expected instead. */
  refusal(expected: string, position: number = this.start()): Error {
    const got = position >= this.text.length ? "the end" : quoted(this.text.slice(position, position + 32));
    const what = this.scimType === "invalidPath" ? "path" : "filter";
    return badRequest(
      this.scimType,
      `The ${what} is wrong at character ${position + 1}: expected ${expected}, got ${got}.`,
    );
  }
}

function parseLiteral(literal: string): string | undefined {
  try {
    const value: unknown = JSON.parse(literal);
    return typeof value === "string" && value.isWellFormed() && !value.includes("\0") ? value : undefined;
  } catch {
    return undefined;
  }
}

const SPACES: ReadonlySet<string> = new Set([" ", "\t", "\r", "\n"]);
const WORD = /[A-Za-z0-9_$:.+-]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/suy;
