/**
 * The bytes of canonical base64 (RFC 4648 §4: padded, no stray bits), with line breaks allowed anywhere, as some
 * providers wrap. Undefined for anything else.
 */
export function bytesOfBase64(text: string): Buffer | undefined {
  const joined = /[\r\n]/.test(text) ? text.replace(/[\r\n]+/g, "") : text;
  const bytes = Buffer.from(joined, "base64");
  return bytes.toString("base64") === joined ? bytes : undefined;
}
