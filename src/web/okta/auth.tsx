import { recordEvent } from "../../domain/audit/events.ts";
import { recordAttempt } from "../../domain/sso/attempts.ts";
import { expectedResponse } from "../../domain/sso/expectations.ts";
import { findRequest, type OpenRequest } from "../../domain/sso/requests.ts";
import { type Browser, type Passed, signInThroughSso } from "../../domain/sso/sign-in.ts";
import { finishTest } from "../../domain/sso/test-sign-in.ts";
import { isRequestId } from "../../protocols/saml/request.ts";
import { type Examination, examineResponse } from "../../protocols/saml/response.ts";
import { Refusal } from "../../refusal.ts";
import type { Context } from "../edge/context.ts";
import { sendToProvider, signInToken } from "../edge/provider.ts";
import { refusalPage } from "../edge/refusals.tsx";
import { browserSessionId, safePath, setSession } from "../edge/session.ts";
import { shellOf } from "../edge/shell.ts";
import { KIBIBYTE, readForm } from "../edge/size.ts";
import { Page, renderPage } from "../ui/page.tsx";
import { SwitchAccount } from "../ui/switch-account.tsx";

/** 256 KiB of XML in base64, wrapped and percent-encoded, and a RelayState. */
const LARGEST_FORM = 1024 * KIBIBYTE;

/** `POST /okta/auth`: the assertion consumer (SAML Bindings §3.5). */
export async function consumeAssertion(c: Context): Promise<Response> {
  const { scope } = c.var;
  let next = "/";
  let examination: Examination | undefined;
  try {
    const expected = await expectedResponse(scope, c.var.parts.sealer);
    const form = await readForm(c, LARGEST_FORM);
    const { browser, request } = await browserOf(c, form.get("RelayState"));
    next = browser.next;
    examination = examineResponse(formField(form), expected);
    if (request?.purpose === "test") return await showTest(c, request, browser, examination);
    if (!passed(examination)) throw examination.refusal;
    const outcome = await signInThroughSso(scope, examination, browser);
    if (outcome.kind === "switch") return await askToSwitch(c, outcome);
    if (outcome.kind === "bounce") return await bounce(c, outcome.next);
    setSession(c, outcome);
    return c.redirect(outcome.next, 303);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return refuseSignIn(c, error, next, examination);
  }
}

function passed(examination: Examination): examination is Passed {
  return examination.assertion !== undefined;
}

/** Who posts this, and where they want to go: RelayState is a request of this browser, or a path of this organization. */
async function browserOf(
  c: Context,
  relayState: string | null,
): Promise<{ browser: Browser; request: OpenRequest | undefined }> {
  const token = signInToken(c);
  const request = await findRequest(c.var.scope, { relayState, browserToken: token });
  const browser = {
    userAgent: c.req.header("user-agent"),
    sessionId: browserSessionId(c),
    token,
    namesRequest: isRequestId(relayState ?? ""),
    next: request?.next ?? safePath(relayState),
  };
  return { browser, request };
}

/**
 * A test signs nobody in and sets no cookie. What came of it is for those who may see the integration: this post carries no
 * session, since it comes from another site, but the page that it leads to asks for one.
 */
async function showTest(
  c: Context,
  request: OpenRequest,
  { token, userAgent }: Browser,
  examination: Examination,
): Promise<Response> {
  const id = await finishTest(c.var.scope, { request, browserToken: token, examination, userAgent });
  return c.redirect(`/settings/okta/test/${id}`, 303);
}

/** The assertion is dropped, and the identity provider asked again, so that its answer is bound to this browser. */
function bounce(c: Context, next: string): Promise<Response> {
  return sendToProvider(c, { purpose: "sign-in", next, startedBy: null, bounced: true });
}

function formField(form: URLSearchParams): string {
  const [response, ...more] = form.getAll("SAMLResponse");
  if (response && more.length === 0) return response;
  const got = response ? "several" : "none";
  const sentence = "This address takes a SAML response from your identity provider. Start at the sign-in page.";
  throw new Refusal(400, "request", sentence, { check: "request", wanted: "one SAMLResponse field", got });
}

/** The member reads a sentence and a number; under that number the audit log says which check failed, and why. */
async function refuseSignIn(
  c: Context,
  refusal: Refusal,
  next: string,
  examination: Examination | undefined,
): Promise<Response> {
  const { code, status, cause, message } = refusal;
  c.var.parts.metrics.refused(refusal);
  if (code !== "integration") {
    const userAgent = c.req.header("user-agent");
    await recordAttempt(c.var.scope, { purpose: "sign-in", examination, refusal, userAgent });
    const detail = { code, status, sentence: message, ...cause };
    await recordEvent(c.var.scope, { action: "session.refused", detail });
  }
  const href = next === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(next)}`;
  const label = code === "idp-initiated" ? "Sign in" : "Try again";
  const meaning = `/sign-in/errors#${code}`;
  return refusalPage(c, refusal, {}, { title: "You cannot sign in", retry: { label, href }, meaning });
}

async function askToSwitch(c: Context, offer: { token: string; from: string; to: string }): Promise<Response> {
  const page = (
    <Page title="Switch account?" shell={shellOf(c)} width="narrow">
      <SwitchAccount {...offer} who="Your identity provider" />
    </Page>
  );
  return c.html(await renderPage(page));
}
