import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { assets } from "../../src/web/ui/asset.ts";
import { Avatar, Person } from "../../src/web/ui/avatar.tsx";
import { Badge } from "../../src/web/ui/badge.tsx";
import { Banner } from "../../src/web/ui/banner.tsx";
import { Button, ButtonRow, LinkButton, SubmitOrCancel } from "../../src/web/ui/button.tsx";
import { Card, CardHeader } from "../../src/web/ui/card.tsx";
import { CopyField, CopyValue, Reference, SecretField } from "../../src/web/ui/copy.tsx";
import { EmptyState } from "../../src/web/ui/empty-state.tsx";
import { Fact, Facts } from "../../src/web/ui/facts.tsx";
import { FileField, RadioGroup, Select, TextArea, TextField } from "../../src/web/ui/field.tsx";
import { ErrorSummary, Form, SearchForm } from "../../src/web/ui/form.tsx";
import { GitAccounts } from "../../src/web/ui/git-accounts.tsx";
import { PageHeading, Section } from "../../src/web/ui/heading.tsx";
import { Page, renderPage } from "../../src/web/ui/page.tsx";
import { Pagination } from "../../src/web/ui/pagination.tsx";
import { Progress } from "../../src/web/ui/progress.tsx";
import { RefusalPage } from "../../src/web/ui/refusal-page.tsx";
import { OwnSessions } from "../../src/web/ui/sessions.tsx";
import { SettingsLayout } from "../../src/web/ui/settings-layout.tsx";
import type { Shell } from "../../src/web/ui/shell.ts";
import { SignInGit } from "../../src/web/ui/sign-in-git.tsx";
import { Step, Steps } from "../../src/web/ui/steps.tsx";
import { SwitchAccount } from "../../src/web/ui/switch-account.tsx";
import { Table, TableRow } from "../../src/web/ui/table.tsx";
import { RelativeTime, Time } from "../../src/web/ui/time.tsx";

/** Breaks out of text, of a double-quoted and of a single-quoted attribute, of a textarea and of a title. */
const EVIL = `"'></textarea></title><script>alert(1)</script><i onload="x" style="y">`;
const link = { label: EVIL, href: EVIL };
const field = { name: EVIL, label: EVIL, value: EVIL, hint: EVIL, error: EVIL };
const options = [{ value: EVIL, label: EVIL, hint: EVIL }];
const shell: Shell = {
  productName: EVIL,
  supportEmail: EVIL,
  organization: { name: EVIL, slug: EVIL, url: EVIL },
  person: { name: EVIL, email: EVIL, role: EVIL },
  menu: [link],
  banners: [{ tone: "warning", text: EVIL, link }],
};

const now = new Date();
const session = {
  id: EVIL,
  method: "sso",
  createdAt: now,
  lastSeenAt: now,
  expiresAt: now,
  ip: EVIL,
  userAgent: EVIL,
} as const;
const gitConnection = { login: EVIL, access: "email", connectedAt: now, broken: true } as const;
const gitRow = { provider: "github", name: EVIL, configured: true, connection: gitConnection } as const;

const parts = {
  Avatar: <Avatar name={EVIL} />,
  Badge: <Badge>{EVIL}</Badge>,
  Banner: <Banner tone="info" title={EVIL} children={EVIL} />,
  Button: <Button name={EVIL} value={EVIL} working={EVIL} children={EVIL} />,
  ButtonRow: <ButtonRow>{EVIL}</ButtonRow>,
  Card: <Card>{EVIL}</Card>,
  CardHeader: <CardHeader title={EVIL} hint={EVIL} badge={EVIL} act={EVIL} />,
  CopyField: <CopyField label={EVIL} value={EVIL} hint={EVIL} />,
  CopyValue: <CopyValue label={EVIL} value={EVIL} />,
  EmptyState: <EmptyState sentence={EVIL} act={EVIL} />,
  ErrorSummary: <ErrorSummary title={EVIL} errors={[{ field: EVIL, message: EVIL }, { message: EVIL }]} />,
  Facts: (
    <Facts>
      <Fact label={EVIL} hint={EVIL} children={EVIL} />
    </Facts>
  ),
  FileField: <FileField {...field} accept={EVIL} />,
  Form: <Form action={EVIL} hidden={{ [EVIL]: EVIL }} children={EVIL} />,
  GitAccounts: <GitAccounts rows={[gitRow]} next={EVIL} manage={true} />,
  LinkButton: <LinkButton href={EVIL}>{EVIL}</LinkButton>,
  OwnSessions: <OwnSessions sessions={[session]} current={EVIL} now={new Date()} />,
  Page: <Page title={EVIL} shell={shell} children={EVIL} />,
  PageHeading: <PageHeading title={EVIL} lead={EVIL} badge={EVIL} act={EVIL} back={link} />,
  Pagination: <Pagination shown={EVIL} previous={EVIL} next={EVIL} />,
  Person: <Person name={EVIL} email={EVIL} href={EVIL} />,
  Progress: <Progress label={EVIL} done={1} total={2} unit={EVIL} running={true} />,
  RadioGroup: <RadioGroup {...field} options={options} />,
  Reference: <Reference value={EVIL} />,
  RefusalPage: (
    <RefusalPage
      shell={shell}
      title={EVIL}
      sentence={EVIL}
      reference={EVIL}
      retry={link}
      meaning={EVIL}
      whomToAsk={[EVIL]}
    />
  ),
  RelativeTime: <RelativeTime at={null} now={new Date()} otherwise={EVIL} />,
  SearchForm: <SearchForm action={EVIL} label={EVIL} value={EVIL} placeholder={EVIL} hidden={{ [EVIL]: EVIL }} />,
  SecretField: <SecretField label={EVIL} value={EVIL} hint={EVIL} />,
  Section: <Section title={EVIL} hint={EVIL} children={EVIL} />,
  Select: <Select {...field} options={options} />,
  SettingsLayout: <SettingsLayout current="okta">{EVIL}</SettingsLayout>,
  SignInGit: <SignInGit hosts={[{ provider: EVIL, name: EVIL }]} next={EVIL} />,
  Steps: (
    <Steps>
      <Step title={EVIL} children={EVIL} />
    </Steps>
  ),
  SubmitOrCancel: <SubmitOrCancel working={EVIL} cancel={EVIL} children={EVIL} />,
  SwitchAccount: <SwitchAccount token={EVIL} from={EVIL} to={EVIL} who={EVIL} />,
  Table: <Table caption={EVIL} columns={[{ label: EVIL }, { label: EVIL }]} rows={[[EVIL, EVIL]]} narrow="scroll" />,
  TableRow: <TableRow id={EVIL} columns={[{ label: EVIL }]} cells={[EVIL, EVIL]} />,
  TextArea: <TextArea {...field} placeholder={EVIL} />,
  TextField: <TextField {...field} placeholder={EVIL} suffix={EVIL} autocomplete={EVIL} />,
  Time: <Time at={null} otherwise={EVIL} />,
};

for (const [name, part] of Object.entries(parts)) {
  test(`${name} shows a hostile value as text and never as markup`, async () => {
    const html = String(await part.toString());
    assert.match(html, /&lt;script&gt;|aria-hidden="true"/, "the value is there, escaped");
    assert.doesNotMatch(html, /<script>|<i |style="y/, "nothing broke out");
    assert.doesNotMatch(html, /<[^>]* (style|on[a-z]+)="/, "no style and no handler that the CSP would refuse");
  });
}

test("every component is tried with hostile values, by itself or inside another", async () => {
  const inside = ["Fact", "Step", "Header", "Icon", "FieldFrame", "FieldNotes", "SessionTable"];
  const folder = new URL("../../src/web/ui/", import.meta.url);
  const files = readdirSync(folder).filter((name) => /\.[jt]sx?$/.test(name));
  const modules = await Promise.all(files.map((name) => import(new URL(name, folder).href)));
  const components = modules.flatMap((module) => Object.keys(module)).filter((name) => /^[A-Z][a-z]/.test(name));
  assert.deepEqual(components.sort(), [...Object.keys(parts), ...inside].sort());
});

test("a page names itself, the organization and the product, and loads only versioned files of ours", async () => {
  const organization = { name: "Acme", slug: "acme", url: "https://acme.example.com" };
  const html = await renderPage(<Page title="People" shell={{ productName: "Semaphore", organization, menu: [] }} />);
  assert.match(html, /^<!doctype html><html lang="en">/);
  assert.match(html, /<title>People · Acme · Semaphore<\/title>/);
  const loaded = [...html.matchAll(/(?:<link [^>]*href|src)="([^"]+)"/g)].map(([, url]) => url);
  assert.deepEqual(new Set(loaded), new Set([...assets.values()].map(({ url }) => url)));
});

test("a field that was refused keeps its value, and the summary above the form leads to it", async () => {
  const input = String(await (<TextField name="ssoUrl" label="URL" value="http://x" error="Not https." />).toString());
  assert.match(input, /value="http:\/\/x"/);
  assert.match(input, /id="field-ssoUrl"[^>]*aria-describedby="field-ssoUrl-error" aria-invalid="true"/);
  const summary = <ErrorSummary errors={[{ field: "ssoUrl", message: "Not https." }]} />;
  assert.match(String(await summary.toString()), /href="#field-ssoUrl"/);
});

test("a certificate that begins with an empty line comes back with it", async () => {
  const html = String(await (<TextArea name="certificate" label="Certificate" value={"\nMIID"} />).toString());
  assert.match(html, />\n\nMIID<\/textarea>/);
});

test("times are read in UTC, and as seen from now for a week", async () => {
  const at = new Date("2026-11-03T01:05:00Z");
  const later = (days: number) => new Date(at.getTime() + days * 86_400_000);
  const read = async (part: { toString(): string | Promise<string> }) => String(await part.toString());
  assert.match(await read(<Time at={at} />), /datetime="2026-11-03T01:05:00.000Z">3 Nov 2026, 01:05 UTC</);
  assert.match(await read(<Time at={at} dateOnly={true} />), />3 Nov 2026</);
  assert.match(await read(<RelativeTime at={at} now={later(0)} />), />just now</);
  assert.match(await read(<RelativeTime at={at} now={later(1.5)} />), />1 day ago</);
  assert.match(await read(<RelativeTime at={at} now={later(7)} />), />3 Nov 2026</);
});
