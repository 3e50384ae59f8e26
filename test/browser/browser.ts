import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { commandPath } from "../support/tools.ts";

const executablePath = commandPath("chromium");

/** What `test` takes: why the stories cannot be told here, or false. */
export const noBrowser = executablePath
  ? false
  : "There is no Chromium: install it (on Debian: apt-get install chromium).";

/** The machine may be busy with other tests. */
const PATIENCE = 60_000;

/** Where pictures of each page go; without it none are taken. */
const pictures = process.env["SCREENSHOTS"];

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core"), "utf8");

/** A Chromium whose windows share nothing, closed at the test's end. */
export async function openBrowser(t: TestContext): Promise<{ window(): Promise<Window> }> {
  const options = { headless: true, args: ["--no-sandbox"], timeout: PATIENCE };
  const browser: Browser = await chromium.launch({ ...options, ...(executablePath && { executablePath }) });
  t.after(() => browser.close());
  return { window: () => openWindow(browser) };
}

/** One person's browser profile: their cookies, their clipboard, and what the console said to them. */
export interface Window {
  tab(): Promise<Page>;
  readonly context: BrowserContext;
  /** Everything that the console complained about, but for pages that were meant to be refused. */
  readonly complaints: readonly string[];
}

async function openWindow(browser: Browser): Promise<Window> {
  const context = await browser.newContext({ locale: "en-US", timezoneId: "UTC", reducedMotion: "reduce" });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  context.setDefaultTimeout(PATIENCE);
  const complaints: string[] = [];
  context.on("console", (message) => {
    const pageItself = message.location().url.split("#")[0] === message.page()?.url().split("#")[0];
    const refused = pageItself && /^Failed to load resource: .* status of 4\d\d/.test(message.text());
    if (["error", "warning"].includes(message.type()) && !refused) complaints.push(message.text());
  });
  context.on("weberror", (error) => complaints.push(String(error.error())));
  return { context, complaints, tab: () => context.newPage() };
}

/** axe takes its time: colours do not depend on the width, nor what is there on the colours. */
const LOOKS = [
  { colorScheme: "light", width: 1280, axe: true },
  { colorScheme: "dark", width: 1280, axe: false },
  { colorScheme: "light", width: 390, axe: false },
  { colorScheme: "dark", width: 390, axe: true },
] as const;

/**
 * Looks at a page in light and dark, wide and on a phone: a title, one heading, nothing that axe finds wrong, and nothing to
 * scroll sideways. With `SCREENSHOTS` set, keeps a picture of each look under this name.
 */
export async function look(page: Page, name: string): Promise<void> {
  assert.notEqual(await page.title(), "", `${name} has a title`);
  assert.equal(await page.locator("h1").count(), 1, `${name} has one heading`);
  for (const { colorScheme, width, axe } of LOOKS) {
    const how = `${name}, ${colorScheme}, ${width} pixels`;
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
    await takePicture(page, `${name}-${colorScheme}-${width}`);
    const overflow = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
    assert.equal(overflow, 0, `${how}: there is nothing to scroll sideways`);
    if (axe) assert.deepEqual(await violations(page), [], how);
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1280, height: 900 });
}

/** What axe finds: the rule, and where. The source is evaluated by the browser's debugger, which no policy of the page stops. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate("axe.run().then(({ violations }) => violations)");
  type Violation = { id: string; help: string; nodes: { target: string[]; failureSummary: string }[] };
  return (found as Violation[]).map(
    ({ id, help, nodes }) =>
      `${id}: ${help}: ${nodes.map(({ target, failureSummary }) => `${target} (${failureSummary})`).join("; ")}`,
  );
}

async function takePicture(page: Page, name: string): Promise<void> {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}

/** Copies with the button of this name, and pastes with the keyboard into the field of that label. */
export async function copyAndPaste(from: Page, button: string, to: Page, field: string): Promise<void> {
  await from.bringToFront();
  await from.getByRole("button", { name: button, exact: true }).click();
  await to.bringToFront();
  const target = to.getByRole("textbox", { name: field, exact: true });
  await target.click();
  await target.press("Control+A");
  await target.press("Control+V");
}

/** The value beside a label in a list of facts, such as `Connected members`. */
export async function fact(page: Page, label: string): Promise<string> {
  const value = page.locator(`xpath=//dt[normalize-space()="${label}"]/following-sibling::dd[1]`);
  return (await value.first().innerText()).trim();
}

/** Opens the organization's menu, at the top right. */
export async function openMenu(page: Page): Promise<void> {
  await page.locator("summary").filter({ hasText: "organization menu" }).click();
}
