import { nameOf, type Org, type Person } from "../org.ts";
import { Act } from "./page.tsx";

/** The people of the org, each with what an admin can do. */
export function People({ org }: { org: Org }) {
  const people = [...org.people.values()];
  return (
    <section aria-labelledby="people">
      <h2 id="people">People</h2>
      {people.length === 0 ? (
        <p class="quiet">Nobody yet. Add the first person below.</p>
      ) : (
        <table class="rows">
          <thead>
            <tr>
              <th scope="col">Person</th>
              <th scope="col">In Okta</th>
              <th scope="col">In the app</th>
              <th scope="col">Actions</th>
            </tr>
          </thead>
          <tbody>
            {people.map((person) => (
              <Row person={person} />
            ))}
          </tbody>
        </table>
      )}
      <details>
        <summary>Add a person</summary>
        <form method="post" action="/admin/people" class="fields">
          <Fields />
          <button type="submit" class="primary">
            Add person
          </button>
        </form>
      </details>
    </section>
  );
}

function Row({ person }: { person: Person }) {
  const { app, status } = person;
  return (
    <tr id={person.id}>
      <th scope="row">
        {nameOf(person)}
        <span class="quiet">{person.email}</span>
      </th>
      <td data-label="In Okta">
        <span class={`badge ${status}`}>{status}</span>
      </td>
      <td data-label="In the app">
        <span class={`badge ${app.status.replace(" ", "-")}`}>{app.status}</span>
        {app.remoteId === undefined ? null : <code class="quiet">{app.remoteId}</code>}
      </td>
      <td>
        <Actions person={person} />
        {app.error === undefined ? null : <p class="error">{app.error}</p>}
        <Edit person={person} />
      </td>
    </tr>
  );
}

function Actions({ person }: { person: Person }) {
  const name = nameOf(person);
  const to = `/admin/people/${person.id}`;
  const active = person.status === "active";
  return (
    <div class="actions">
      {active && !person.app.assigned ? (
        <Act to={`${to}/assign`} label="Assign" name={`Assign ${name}`} kind="primary" />
      ) : null}
      {active && person.app.assigned ? <Act to={`${to}/unassign`} label="Unassign" name={`Unassign ${name}`} /> : null}
      {person.app.status === "failed" ? <Act to={`${to}/retry`} label="Retry" name={`Retry ${name}`} /> : null}
      {active ? (
        <Act to={`${to}/deactivate`} label="Deactivate" name={`Deactivate ${name}`} kind="danger" />
      ) : (
        <Act to={`${to}/reactivate`} label="Reactivate" name={`Reactivate ${name}`} />
      )}
    </div>
  );
}

function Edit({ person }: { person: Person }) {
  const name = nameOf(person);
  return (
    <details>
      <summary aria-label={`Edit ${name}`}>Edit</summary>
      <form method="post" action={`/admin/people/${person.id}`} class="fields">
        <Fields person={person} />
        <button type="submit" aria-label={`Save ${name}`}>
          Save
        </button>
      </form>
    </details>
  );
}

function Fields({ person }: { person?: Person }) {
  const id = person?.id ?? "new";
  const of = person === undefined ? "" : ` of ${nameOf(person)}`;
  return (
    <>
      <Field id={`${id}-first`} name="firstName" label="First name" of={of} value={person?.firstName} />
      <Field id={`${id}-last`} name="lastName" label="Last name" of={of} value={person?.lastName} />
      <Field id={`${id}-email`} name="email" label="Email" of={of} value={person?.email} type="email" />
    </>
  );
}

interface FieldProps {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly of: string;
  readonly value: string | undefined;
  readonly type?: string;
}

function Field({ id, name, label, of, value, type = "text" }: FieldProps) {
  return (
    <div class="field">
      <label for={id}>
        {label}
        <span class="hidden">{of}</span>
      </label>
      <input id={id} name={name} type={type} value={value} required autocomplete="off" />
    </div>
  );
}
