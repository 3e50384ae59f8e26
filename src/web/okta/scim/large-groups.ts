import { groupPages, memberPages } from "../../../domain/directory/group-members.ts";
import { streamSnapshot } from "../../../domain/directory/snapshot.ts";
import type { JsonObject } from "../../../protocols/scim/json.ts";
import { type ListResponse, type Projection, project } from "../../../protocols/scim/list.ts";
import { type GroupMember, renderGroup, renderMember, type StoredGroup } from "../../../protocols/scim/resource.ts";
import type { Context } from "../../edge/context.ts";
import { answerStream, baseUrl } from "./exchange.ts";

/** The answer with one group, whose members are written while they are read: its memory does not grow with the group. */
export async function answerLargeGroup(
  c: Context,
  id: string,
  projection: Projection,
  status: 200 | 201,
): Promise<Response> {
  const { db, organization } = c.get("scope");
  // Known when the stream is there, which is when the first page was read.
  let head: StoredGroup | undefined;
  const stream = await streamSnapshot(db, async function* (trx) {
    const pages = groupPages(trx, organization.id, id);
    const first = await pages.next();
    if (first.done) return;
    head = first.value.group;
    yield* groupText(c, head, projection, membersFrom(first.value.members, pages));
  });
  return answerStream(c, stream, status, head ? renderGroup(head, undefined, baseUrl(c)) : {});
}

async function* membersFrom(first: GroupMember[], more: AsyncIterable<{ members: GroupMember[] }>) {
  yield first;
  for await (const { members } of more) yield members;
}

/** The answer with a page of groups that have too many members between them. */
export async function answerLargeGroups(
  c: Context,
  groups: readonly StoredGroup[],
  projection: Projection,
  { Resources: _, ...response }: ListResponse<JsonObject>,
): Promise<Response> {
  const { db, organization } = c.get("scope");
  const stream = await streamSnapshot(db, async function* (trx) {
    yield bytes(`${JSON.stringify(response).slice(0, -1)},"Resources":[`);
    for (const [at, group] of groups.entries()) {
      if (at > 0) yield bytes(",");
      yield* groupText(c, group, projection, memberPages(trx, organization.id, group.id));
    }
    yield bytes("]}");
  });
  return answerStream(c, stream, 200, {});
}

/** The JSON of a group, with its members last. */
async function* groupText(
  c: Context,
  group: StoredGroup,
  projection: Projection,
  pages: AsyncIterable<readonly GroupMember[]>,
): AsyncGenerator<Uint8Array> {
  const shown = project(renderGroup(group, undefined, baseUrl(c)), projection, "Group");
  yield bytes(`${JSON.stringify(shown).slice(0, -1)},"members":[`);
  let before = "";
  for await (const members of pages) {
    const page = { members: members.map((one) => renderMember(one, baseUrl(c))) };
    const text = JSON.stringify(project(page, projection, "Group")["members"] ?? []).slice(1, -1);
    if (text !== "") yield bytes(before + text);
    before = ",";
  }
  yield bytes("]}");
}

const encoder = new TextEncoder();
const bytes = (text: string) => encoder.encode(text);
