import { Card, CardHeader } from "../card.tsx";
import { fieldId } from "../field-frame.tsx";
import { Icon } from "../icon.tsx";

/** Asks about one person, also one whom nobody here knows. */
export function WhyForm({ q }: { readonly q?: string | undefined }) {
  return (
    <Card>
      <CardHeader
        title="Why?"
        hint="Why is somebody not a member, not able to sign in, deactivated, or an admin? Type an email or a name: the answer names the rule, the request and what to do."
      />
      <search>
        <form class="search" method="get" action="/people/why">
          <label class="visually-hidden" for={fieldId("why")}>
            Email or name of the person
          </label>
          <input
            class="input"
            type="search"
            id={fieldId("why")}
            name="q"
            value={q ?? ""}
            placeholder="ada@example.com"
            autocomplete="off"
          />
          <button class="button button-secondary" type="submit">
            <Icon name="search" />
            Find out
          </button>
        </form>
      </search>
    </Card>
  );
}
