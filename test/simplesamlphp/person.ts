import assert from "node:assert/strict";
import { PASSWORD } from "./configuration.ts";

/** What the identity provider has the browser post. */
export interface Answer {
  readonly action: string;
  readonly samlResponse: string;
  readonly relayState: string | undefined;
}

/** A person's browser at the identity provider, with its cookies there. */
export interface Person {
  /** Opens an address there, signs in if asked, and answers what the browser is then to post to us. */
  arrive(address: string): Promise<Answer>;
  /** The page that stands at an address, however many redirects later. */
  visit(address: string): Promise<{ status: number; page: string }>;
}

export function newPerson(name: string): Person {
  const cookies = new Map<string, string>();
  const visit = async (address: string, form?: URLSearchParams) => {
    let [url, body] = [address, form];
    for (let hops = 0; hops < 10; hops += 1) {
      const response = await fetch(url, {
        method: body ? "POST" : "GET",
        headers: { cookie: [...cookies].map(([key, value]) => `${key}=${value}`).join("; ") },
        redirect: "manual",
        ...(body && { body }),
      });
      for (const cookie of response.headers.getSetCookie()) {
        const [, key = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        cookies.set(key, value);
      }
      const location = response.headers.get("location");
      if (location === null) return { status: response.status, page: await response.text(), url };
      [url, body] = [new URL(location, url).href, undefined];
    }
    throw new Error(`${address} redirects for ever`);
  };
  return {
    visit: (address) => visit(address),
    async arrive(address) {
      let at = await visit(address);
      if (at.page.includes('name="password"')) {
        const form = new URLSearchParams(hiddenFields(at.page));
        form.set("username", name);
        form.set("password", PASSWORD);
        at = await visit(at.url, form);
      }
      const fields = new Map(hiddenFields(at.page));
      const samlResponse = fields.get("SAMLResponse");
      if (samlResponse === undefined) return assert.fail(`no answer, but ${at.status}: ${wordsOf(at.page)}`);
      const [, action = ""] = /<form[^>]* action="([^"]+)"/.exec(at.page) ?? [];
      return { action: decoded(action), samlResponse, relayState: fields.get("RelayState") };
    },
  };
}

function hiddenFields(page: string): [name: string, value: string][] {
  const inputs = [...page.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([tag]) => tag);
  return inputs.map((tag) => [attribute(tag, "name"), attribute(tag, "value")]);
}

function attribute(tag: string, name: string): string {
  return decoded(new RegExp(`${name}="([^"]*)"`).exec(tag)?.[1] ?? "");
}

function decoded(text: string): string {
  return text
    .replace(/&#(?:x([0-9a-f]+)|(\d+));/gi, (_, hex: string, digits: string) =>
      String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(digits)),
    )
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

function wordsOf(page: string): string {
  return page
    .replace(/<(script|style)[\s\S]*?<\/\1>/g, "")
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ")
    .slice(0, 2000);
}
