import { nameOf, type Org, type Person } from "../org.ts";
import { refusal } from "../sign-in.ts";
import { Page } from "./page.tsx";

/** The page of one person: who they are, and the tiles of their apps. */
export function Dashboard({ org, person, tile }: { org: Org; person: Person | undefined; tile: string }) {
  return (
    <Page title="My apps" here="dashboard">
      <Chooser org={org} person={person} next="/" />
      {person === undefined ? null : <Tiles person={person} tile={tile} refused={refusal(org, person)} />}
    </Page>
  );
}

/** Asks who is at the keyboard, when a sign-in came without anybody. */
export function WhoAreYou({ org, next }: { org: Org; next: string }) {
  return (
    <Page title="Sign in to Okta">
      <p>Semaphore asks who you are. This Okta needs no password: choose a person.</p>
      <Chooser org={org} person={undefined} next={next} />
    </Page>
  );
}

/** The sentence that says why it stops here. */
export function Stopped({ title, sentence }: { title: string; sentence: string }) {
  return (
    <Page title={title}>
      <p class="error">{sentence}</p>
      <p>
        <a href="/">Back to my apps</a>
      </p>
    </Page>
  );
}

/** Posts the signed response to the service: by itself where there is script, by the button where there is none. */
export function PostResponse(props: { to: string; response: string; relayState: string | undefined }) {
  return (
    <Page title="Signing you in to Semaphore">
      <form method="post" action={props.to} data-submit="now">
        <input type="hidden" name="SAMLResponse" value={props.response} />
        {props.relayState === undefined ? null : <input type="hidden" name="RelayState" value={props.relayState} />}
        <button type="submit" class="primary">
          Continue to Semaphore
        </button>
      </form>
    </Page>
  );
}

function Chooser({ org, person, next }: { org: Org; person: Person | undefined; next: string }) {
  const people = [...org.people.values()];
  if (people.length === 0) return <p>Nobody is in this Okta yet. An admin adds people on the admin page.</p>;
  return (
    <form method="post" action="/sign-in-as" class="who">
      <input type="hidden" name="next" value={next} />
      <label for="person">Signed in as</label>
      <select id="person" name="person">
        {person === undefined ? <option value="">Nobody: choose a person</option> : null}
        {people.map((one) => (
          <option value={one.id} selected={one.id === person?.id}>
            {`${nameOf(one)}, ${one.email}`}
          </option>
        ))}
      </select>
      <button type="submit" class={person === undefined ? "primary" : undefined}>
        Switch
      </button>
    </form>
  );
}

function Tiles({ person, tile, refused }: { person: Person; tile: string; refused: string | undefined }) {
  return (
    <section aria-labelledby="apps">
      <h2 id="apps">Apps of {nameOf(person)}</h2>
      {refused === undefined ? (
        <ul class="tiles">
          <li>
            <a href={tile}>
              <span class="letter" aria-hidden="true">
                S
              </span>
              Semaphore
            </a>
          </li>
        </ul>
      ) : (
        <p class="quiet">{`No apps. ${refused}`}</p>
      )}
    </section>
  );
}
