/** A page as a person reads it. */
export interface ReadPage {
  readonly status: number;
  /** Where the answer sends the browser, if it does. */
  readonly location: string | null;
  readonly html: string;
  readonly title: string;
  /** The one `<h1>`. */
  readonly heading: string;
  /** All that is to be read in `<main>`, one space between words. */
  readonly text: string;
  /** The value of a row in a list of facts, such as `Connected members`. */
  fact(label: string): string | undefined;
  /** What stands in the field of this name. */
  field(name: string): string | undefined;
  /** The sentence beside the field of this name that says what is wrong with it. */
  error(name: string): string | undefined;
}

/** Reads an answer as a page. */
export async function readPage(answer: Response | Promise<Response>): Promise<ReadPage> {
  const response = await answer;
  const html = await response.text();
  const find = (pattern: RegExp) => plain(pattern.exec(html)?.[1]);
  return {
    status: response.status,
    location: response.headers.get("location"),
    html,
    title: find(/<title>(.*?)<\/title>/s) ?? "",
    heading: find(/<h1>(.*?)<\/h1>/s) ?? "",
    text: find(/<main[^>]*>(.*)<\/main>/s) ?? "",
    fact: (label) => find(new RegExp(`<dt>${label}</dt><dd>(.*?)</dd>`, "s")),
    field: (name) =>
      find(new RegExp(`<textarea[^>]*name="${name}"[^>]*>(.*?)</textarea>`, "s")) ??
      plain(
        valueIn(html.match(/<input[^>]*>/g)?.find((tag) => tag.includes(`name="${name}"`) && !isUnchecked(tag)) ?? ""),
      ),
    error: (name) => find(new RegExp(`id="field-${name}-error">(.*?)</p>`, "s"))?.replace(/^Error: /, ""),
  };
}

function isUnchecked(tag: string): boolean {
  return tag.includes('type="radio"') && !/ checked/.test(tag);
}

function valueIn(tag: string): string | undefined {
  return /value="([^"]*)"/.exec(tag)?.[1];
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};

function plain(html: string | undefined): string | undefined {
  return html
    ?.replace(/<[^>]*>/g, " ")
    .replace(/&[a-z#0-9]+;/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/\s+/g, " ")
    .trim();
}
