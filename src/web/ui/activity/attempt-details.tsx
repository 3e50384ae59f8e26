import type { CheckRecord } from "../../../db/tables.ts";
import type { KeptAttempt } from "../../../domain/activity/attempts.ts";
import type { SignInFix } from "../../../domain/sso/sign-in-fixes.ts";
import { Card, CardHeader } from "../card.tsx";
import { Fact, Facts } from "../facts.tsx";
import { Icon } from "../icon.tsx";
import { Table } from "../table.tsx";
import { Time } from "../time.tsx";
import { activityPath } from "./address.ts";
import { ResponseTree } from "./attempt-tree.tsx";
import { CHECK_WORDS } from "./check-words.ts";

interface AttemptDetailsProps {
  readonly attempt: KeptAttempt;
  readonly fixes: readonly SignInFix[];
}

/** Everything that is known of one attempt to sign in: why it was refused, who, from where, each check, the response. */
export function AttemptDetails({ attempt, fixes }: AttemptDetailsProps) {
  return (
    <>
      {fixes.length > 0 && <FixCard attempt={attempt} fixes={fixes} />}
      <AttemptFacts attempt={attempt} />
      <CheckCard checks={attempt.checks} />
      <ResponseTree tree={attempt.assertion} signed={attempt.signed} />
    </>
  );
}

function FixCard({ attempt, fixes }: AttemptDetailsProps) {
  return (
    <Card tone="danger">
      <CardHeader title={fixes.length === 1 ? "Why it was refused" : `${fixes.length} things are wrong`} />
      {fixes.map(({ code, cause, steps, setting }) => (
        <div class="fix" id={code}>
          <p>{cause}</p>
          <h3>What to do</h3>
          <ol class="list-ordered">
            {steps.map((step) => (
              <li>{step}</li>
            ))}
          </ol>
          {setting && (
            <p>
              <a href={setting.href}>{setting.label}</a>
            </p>
          )}
        </div>
      ))}
      <Facts>
        <Fact label="What the person read">{attempt.sentence}</Fact>
        <Fact label="Code">
          <code>{attempt.code}</code>
        </Fact>
      </Facts>
    </Card>
  );
}

function AttemptFacts({ attempt }: { readonly attempt: KeptAttempt }) {
  const { email, memberName } = attempt;
  return (
    <Card>
      <Facts>
        <Fact label="Time">
          <Time at={attempt.at} seconds={true} />
        </Fact>
        <Fact label="Who" hint={email ? undefined : "Nothing in it could be trusted, so it names nobody."}>
          {email ? (
            <>
              {memberName && `${memberName}, `}
              <a href={activityPath({ person: email, reads: true })}>{email}</a>
            </>
          ) : (
            "Unknown"
          )}
        </Fact>
        <Fact label="Reference number">
          <code>{attempt.referenceId}</code>
        </Fact>
        <Fact label="From" hint={attempt.userAgent}>
          {attempt.ip ?? "An unknown address"}
        </Fact>
      </Facts>
    </Card>
  );
}

function CheckCard({ checks }: { readonly checks: readonly CheckRecord[] }) {
  const stopped = checks.length > 0 && !checks.some(({ check }) => check === "email" || check === "person");
  return (
    <Card flush={true}>
      <CardHeader title="Every check, in order" hint={sumOf(checks)} />
      {checks.length > 0 && (
        <Table
          caption="Every check, in order"
          columns={[{ label: "Check" }, { label: "Wanted" }, { label: "Got" }, { label: "Result" }]}
          rows={checks.map(({ check, wanted, got, passed }) => [
            <span class={passed ? undefined : "check-failed"}>{CHECK_WORDS[check] ?? check}</span>,
            <span class="check-value">{wanted}</span>,
            <span class="check-value">{got}</span>,
            <Result passed={passed} />,
          ])}
        />
      )}
      {stopped && (
        <p class="empty">
          The checks after this one were not made: what cannot be trusted is not compared with anything.
        </p>
      )}
    </Card>
  );
}

function sumOf(checks: readonly CheckRecord[]): string {
  const failed = checks.filter(({ passed }) => !passed).length;
  const passed = `${checks.length - failed} passed`;
  return failed === 0 ? `${passed}.` : `${passed}, ${failed} failed.`;
}

function Result({ passed }: { readonly passed: boolean }) {
  return (
    <span class={`check-result check-result-${passed ? "passed" : "failed"}`}>
      <Icon name={passed ? "check" : "warning"} />
      {passed ? "Passed" : "Failed"}
    </span>
  );
}
