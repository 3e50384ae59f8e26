import { Refusal } from "../../refusal.ts";

/** An email address as a person typed it, trimmed; 422 `email` if it cannot be one. */
export function checkedAddress(text: string): string {
  const address = text.trim();
  if (!isAddress(address)) throw new Refusal(422, "email", "That is not an email address, such as ada@example.com.");
  return address;
}

/** Whether a text, trimmed already, can be an email address. */
export function isAddress(text: string): boolean {
  return text.length <= 254 && /^[^\s@"(),:;<>[\\\]\p{Cc}]+@[^\s@"(),:;<>[\\\]\p{Cc}]+$/u.test(text);
}

/** The form in which addresses are compared: trimmed, ASCII letters lowered; look-alike characters stay different. */
export function addressKey(address: string): string {
  return address.trim().replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** A person's name, trimmed, 1 to 200 characters; 422 `name` otherwise. */
export function checkedName(text: string): string {
  const name = text.trim();
  if (!name || name.length > 200 || /\p{Cc}/u.test(name)) {
    throw new Refusal(422, "name", "A name has 1 to 200 characters.");
  }
  return name;
}
