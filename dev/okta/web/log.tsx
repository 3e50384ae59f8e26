import type { Org } from "../org.ts";
import type { Exchange } from "../scim/exchange.ts";

/** How many exchanges the page shows; `org.log` has the others. */
const SHOWN = 100;

/** How many characters of a body the page shows: the push of a large group has millions. */
const LONGEST = 20_000;

/** Every request that this Okta sent and what came back, the newest first. */
export function Log({ org }: { org: Org }) {
  const shown = org.log.slice(-SHOWN).reverse();
  return (
    <section aria-labelledby="log">
      <h2 id="log">Log</h2>
      {shown.length === 0 ? (
        <p class="quiet">Nothing was sent yet.</p>
      ) : (
        <p class="quiet">{`${org.exchanges} requests, the newest first.`}</p>
      )}
      <div class="log">
        {shown.map((entry) => (
          <Entry entry={entry} />
        ))}
      </div>
    </section>
  );
}

function Entry({ entry }: { entry: Exchange }) {
  const good = entry.error === undefined;
  return (
    <details>
      <summary>
        <span class="purpose">{entry.purpose}</span>
        <code class="request">
          {entry.method} {readable(entry.path)}
        </code>
        <span class={good ? "badge active" : "badge failed"}>{entry.status === 0 ? "no answer" : entry.status}</span>
        <span class="quiet">{entry.ms} ms</span>
      </summary>
      {good ? null : <p class="error">{entry.error}</p>}
      <h3>Request</h3>
      <pre tabindex={0}>{message(`${entry.method} ${entry.url}`, entry.requestHeaders, entry.requestBody)}</pre>
      <h3>Answer</h3>
      <pre tabindex={0}>{message(String(entry.status), entry.responseHeaders, entry.responseBody)}</pre>
    </details>
  );
}

function message(first: string, headers: Readonly<Record<string, string>>, body: string | undefined): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const text = indented(body ?? "");
  const shown = text.length > LONGEST ? `${text.slice(0, LONGEST)}\n(${text.length - LONGEST} more characters)` : text;
  return [first, ...lines, "", shown].join("\n").trimEnd();
}

function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), undefined, 2);
  } catch {
    return body;
  }
}

function readable(path: string): string {
  return decodeURIComponent(path.replaceAll("+", " "));
}
