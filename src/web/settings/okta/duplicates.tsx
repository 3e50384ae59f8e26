import { type LikelyPair, type Likeness, listLikelyPairs } from "../../../domain/directory/duplicates.ts";
import type { Context } from "../../edge/context.ts";
import { shellOf } from "../../edge/shell.ts";
import { show } from "../../edge/show.ts";
import { Badge } from "../../ui/badge.tsx";
import { Banner } from "../../ui/banner.tsx";
import { Button, ButtonRow, LinkButton } from "../../ui/button.tsx";
import { Card, CardHeader } from "../../ui/card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Form } from "../../ui/form.tsx";
import { PageHeading } from "../../ui/heading.tsx";
import { PersonColumns } from "../../ui/okta/person-columns.tsx";
import { Page } from "../../ui/page.tsx";
import { SettingsLayout } from "../../ui/settings-layout.tsx";

/** So many pairs on the page: what is settled makes room for the next. */
const SHOWN = 50;

/** `GET /settings/okta/duplicates`: members who are likely one person, to be merged or told apart. */
export async function showDuplicates(c: Context): Promise<Response> {
  const found = await listLikelyPairs(c.var.scope, SHOWN + 1);
  const pairs = found.slice(0, SHOWN);
  const page = (
    <Page title="Duplicates" shell={shellOf(c)} width="wide">
      <SettingsLayout current="duplicates">
        <PageHeading
          title="Duplicates"
          lead="Members who may be one person, such as somebody who is here under a private address and whom the directory pushed under the corporate one."
          act={
            <LinkButton kind="secondary" href="/settings/okta/import-preview">
              Preview a first push
            </LinkButton>
          }
        />
        <Done c={c} />
        {pairs.length === 0 ? <Nobody /> : pairs.map((pair) => <PairCard pair={pair} />)}
        {found.length > SHOWN && (
          <p class="hint">There are more. They show here as soon as some of these are settled.</p>
        )}
      </SettingsLayout>
    </Page>
  );
  return show(c, page);
}

function Done({ c }: { c: Context }) {
  if (c.req.query("merged") !== undefined) {
    return <Banner tone="success">Merged. The audit log says what moved.</Banner>;
  }
  return c.req.query("apart") === undefined ? null : (
    <Banner tone="success">Noted: they are two people, and are not shown again.</Banner>
  );
}

function Nobody() {
  return (
    <Card>
      <EmptyState
        sentence="Nobody seems to be here twice: no two active members share a name, a git login or the part of an address before the @."
        act={<a href="/people">Look at all people</a>}
      />
    </Card>
  );
}

const REASONS: Readonly<Record<Likeness, string>> = {
  "plus-address": "Same address but for the + part",
  "git-login": "Same git login",
  "local-part": "Same part before the @",
  name: "Same name",
};

function PairCard({ pair }: { pair: LikelyPair }) {
  const { older, younger, reasons } = pair;
  const merge = `/settings/okta/duplicates/merge?${new URLSearchParams({ one: older.id, other: younger.id })}`;
  return (
    <Card>
      <CardHeader
        title={older.name === younger.name ? older.name : `${older.name} and ${younger.name}`}
        badge={reasons.map((reason) => <Badge>{REASONS[reason]}</Badge>)}
      />
      <PersonColumns one={older} other={younger} />
      <Form action="/settings/okta/duplicates/keep-apart" hidden={{ one: older.id, other: younger.id }}>
        <ButtonRow>
          <LinkButton href={merge}>
            Merge…<span class="visually-hidden"> {`${older.email} and ${younger.email}`}</span>
          </LinkButton>
          <Button kind="secondary" working="Noting…">
            Not the same<span class="visually-hidden">: {`${older.email} and ${younger.email}`}</span>
          </Button>
        </ButtonRow>
      </Form>
    </Card>
  );
}
