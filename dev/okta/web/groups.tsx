import { type Group, nameOf, type Org } from "../org.ts";
import { Act } from "./page.tsx";

/** The groups of the org: who is in them, and whether they are pushed. */
export function Groups({ org }: { org: Org }) {
  return (
    <section aria-labelledby="groups">
      <h2 id="groups">Groups</h2>
      <ul class="cards">
        {[...org.groups.values()].map((group) => (
          <li id={group.id}>
            <Card org={org} group={group} />
          </li>
        ))}
      </ul>
      <details>
        <summary>Add a group</summary>
        <form method="post" action="/admin/groups" class="fields">
          <div class="field">
            <label for="group-name">Group name</label>
            <input id="group-name" name="name" required autocomplete="off" />
          </div>
          <button type="submit" class="primary">
            Add group
          </button>
        </form>
      </details>
    </section>
  );
}

function Card({ org, group }: { org: Org; group: Group }) {
  const count = group.memberIds.length;
  return (
    <>
      <h3>{group.name}</h3>
      <p>
        <span class={`badge push-${group.push.status.replace(" ", "-")}`}>
          {group.push.status === "active" ? "pushed" : group.push.status}
        </span>{" "}
        <span class="quiet">{count === 1 ? "1 member" : `${count} members`}</span>
        {group.push.remoteId === undefined ? null : <code class="quiet">{group.push.remoteId}</code>}
      </p>
      <Actions group={group} />
      {group.push.error === undefined ? null : <p class="error">{group.push.error}</p>}
      <Members org={org} group={group} />
    </>
  );
}

function Actions({ group }: { group: Group }) {
  const to = `/admin/groups/${group.id}`;
  if (group.push.remoteId === undefined) {
    return (
      <div class="actions">
        <Act to={`${to}/push`} label="Push" name={`Push ${group.name}`} kind="primary" />
      </div>
    );
  }
  return (
    <div class="actions">
      <Act to={`${to}/push-now`} label="Push now" name={`Push now ${group.name}`} />
      <Act to={`${to}/unlink`} label="Unlink" name={`Unlink ${group.name}`} kind="danger" />
    </div>
  );
}

function Members({ org, group }: { org: Org; group: Group }) {
  return (
    <details>
      <summary aria-label={`Edit ${group.name}`}>Edit</summary>
      <form method="post" action={`/admin/groups/${group.id}`} class="fields">
        <div class="field">
          <label for={`${group.id}-name`}>
            Name<span class="hidden"> of {group.name}</span>
          </label>
          <input id={`${group.id}-name`} name="name" value={group.name} required autocomplete="off" />
        </div>
        <fieldset>
          <legend>
            Members<span class="hidden"> of {group.name}</span>
          </legend>
          {[...org.people.values()].map((person) => (
            <label class="check">
              <input type="checkbox" name="member" value={person.id} checked={group.memberIds.includes(person.id)} />
              {nameOf(person)}
              <span class="hidden"> in {group.name}</span>
            </label>
          ))}
        </fieldset>
        <button type="submit" aria-label={`Save ${group.name}`}>
          Save
        </button>
      </form>
    </details>
  );
}
