import fc from "fast-check";

/** What can happen to a mapping, to what it looks at and to what stands beside it, all by small numbers. */
export type Act =
  | { readonly kind: "grant"; readonly person: number; readonly role: Role }
  | { readonly kind: "join" | "leave"; readonly person: number; readonly group: number }
  | { readonly kind: "push" | "delete"; readonly group: number }
  | { readonly kind: "rename"; readonly group: number; readonly name: string }
  | { readonly kind: "sign-in"; readonly person: number; readonly groups: readonly string[] | undefined }
  | { readonly kind: "map"; readonly name: string; readonly role: Role | undefined; readonly own: number }
  | { readonly kind: "unmap"; readonly rule: number }
  | { readonly kind: "default"; readonly role: "admin" | "member" }
  | { readonly kind: "add" | "remove"; readonly person: number; readonly own: number }
  | { readonly kind: "deactivate" | "reactivate"; readonly person: number };

export type Role = "owner" | "admin" | "member";

export const PEOPLE = 3;
export const GROUPS = 3;
export const OWN = 2;
const NAMES = ["Red", "green", "BLUE"];

const person = fc.nat(PEOPLE - 1);
const group = fc.nat(GROUPS - 1);
const own = fc.nat(OWN - 1);
const role = fc.constantFrom<Role>("owner", "admin", "member");
const name = fc.constantFrom(...NAMES, ...NAMES.map((each) => each.toUpperCase()));

/** A history of so many acts, or half as many at least. */
export const history = (most: number) =>
  fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant("grant" as const), person, role }),
      fc.record({ kind: fc.constantFrom("join" as const, "join" as const, "leave" as const), person, group }),
      fc.record({ kind: fc.constantFrom("push" as const, "push" as const, "delete" as const), group }),
      fc.record({ kind: fc.constant("rename" as const), group, name }),
      fc.record({
        kind: fc.constant("sign-in" as const),
        person,
        groups: fc.option(fc.uniqueArray(name, { maxLength: 2 }), { nil: undefined }),
      }),
      fc.record({ kind: fc.constant("map" as const), name, role: fc.option(role, { nil: undefined }), own }),
      fc.record({ kind: fc.constant("unmap" as const), rule: fc.nat(5) }),
      fc.record({ kind: fc.constant("default" as const), role: fc.constantFrom("admin" as const, "member" as const) }),
      fc.record({ kind: fc.constantFrom("add" as const, "remove" as const), person, own }),
      fc.record({ kind: fc.constantFrom("deactivate" as const, "reactivate" as const), person }),
    ),
    { minLength: Math.floor(most / 2), maxLength: most, size: "max" },
  );

interface Rule {
  name: string;
  /** The pushed group that is meant, by a number that is never used again. */
  bound: number | undefined;
  readonly role: Role | undefined;
  readonly own: number;
}

interface Group {
  readonly id: number;
  name: string;
  readonly people: Set<number>;
}

/** What should be, worked out anew from all that was said. */
export class Model {
  readonly granted: Role[] = Array<Role>(PEOPLE).fill("member");
  readonly asserted: (readonly string[] | undefined)[] = Array(PEOPLE).fill(undefined);
  readonly active: boolean[] = Array<boolean>(PEOPLE).fill(true);
  readonly groups: (Group | undefined)[] = Array(GROUPS).fill(undefined);
  readonly rules: Rule[] = [];
  readonly byHand: Set<string> = new Set();
  defaultRole: "admin" | "member" = "member";
  private made = 0;

  /** Whether it can be done at all; then it is. */
  do(act: Act): boolean {
    switch (act.kind) {
      case "grant":
        this.granted[act.person] = act.role;
        return true;
      case "join":
        return this.groups[act.group]?.people.add(act.person) !== undefined;
      case "leave":
        return this.groups[act.group]?.people.delete(act.person) !== undefined;
      case "push":
        return this.push(act.group);
      case "delete":
        if (!this.groups[act.group]) return false;
        this.groups[act.group] = undefined;
        return true;
      case "rename":
        return this.rename(act.group, act.name);
      case "sign-in":
        if (!this.active[act.person]) return false;
        if (act.groups) this.asserted[act.person] = act.groups;
        return true;
      case "map":
        return this.map(act);
      case "unmap":
        return this.rules.splice(act.rule, 1).length > 0;
      case "default":
        this.defaultRole = act.role;
        return true;
      case "add":
        this.byHand.add(`${act.person} ${act.own}`);
        return true;
      case "remove":
        return this.byHand.delete(`${act.person} ${act.own}`);
      case "deactivate":
      case "reactivate": {
        const active = act.kind === "reactivate";
        if (this.active[act.person] === active) return false;
        this.active[act.person] = active;
        return true;
      }
    }
  }

  private push(group: number): boolean {
    const name = NAMES[group] ?? "";
    if (this.groups[group] || this.named(name)) return false;
    const made = { id: this.made++, name, people: new Set<number>() };
    this.groups[group] = made;
    this.takeUp(made);
    return true;
  }

  private rename(group: number, name: string): boolean {
    const renamed = this.groups[group];
    const other = this.named(name);
    if (!renamed || renamed.name === name || (other && other !== renamed)) return false;
    renamed.name = name;
    for (const rule of this.rules) if (rule.bound === renamed.id) rule.name = name;
    this.takeUp(renamed);
    return true;
  }

  /** Lines whose group is gone, or was never there, mean the one that has their name now. */
  private takeUp({ id, name }: Group): void {
    for (const rule of this.rules) {
      const there = this.groups.some((each) => each && each.id === rule.bound);
      if (!there && same(rule.name, name)) rule.bound = id;
    }
  }

  private map({ name, role: to, own: group }: Extract<Act, { kind: "map" }>): boolean {
    const twice = (rule: Rule) => same(rule.name, name) && rule.role === to && (to !== undefined || rule.own === group);
    if (this.rules.some(twice)) return false;
    this.rules.push({ name, bound: this.named(name)?.id, role: to, own: group });
    return true;
  }

  private named(name: string): Group | undefined {
    return this.groups.find((each) => each && same(each.name, name));
  }

  private reaches(rule: Rule, who: number): boolean {
    const pushed = this.groups.some((each) => each && each.id === rule.bound && each.people.has(who));
    return pushed || (this.asserted[who] ?? []).some((each) => same(each, rule.name));
  }

  mappedRole(who: number): Role | null {
    const roles = this.rules.flatMap((rule) => (rule.role && this.reaches(rule, who) ? [rule.role] : []));
    return roles.length > 0 ? roles.reduce(higher) : this.defaultRole === "member" ? null : this.defaultRole;
  }

  role(who: number): Role {
    return higher(this.granted[who] ?? "member", this.mappedRole(who) ?? "member");
  }

  inOwn(who: number, group: number): string[] {
    const mapped = this.rules.some((rule) => !rule.role && rule.own === group && this.reaches(rule, who));
    return [...(this.byHand.has(`${who} ${group}`) ? ["manual"] : []), ...(mapped ? ["mapping"] : [])];
  }
}

const RANKS: readonly Role[] = ["member", "admin", "owner"];

function higher(one: Role, other: Role): Role {
  return RANKS.indexOf(one) > RANKS.indexOf(other) ? one : other;
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
