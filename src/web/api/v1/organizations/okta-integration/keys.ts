import { z } from "zod";
import {
  addServiceProviderKeys,
  removeServiceProviderKeys,
  type ServiceProviderKeys,
  serviceProviderKeys,
} from "../../../../../domain/integration/service-provider-keys.ts";
import { operation, organizationScope, pathValue, reply } from "../../contract/operation.ts";
import { nothing, time } from "../../contract/schemas.ts";

const pair = z
  .strictObject({
    number: z.int().meta({ description: "1, 2, … in the order in which they were made." }),
    signingCertificate: z.string().meta({ description: "PEM. The oldest pair signs requests." }),
    encryptionCertificate: z.string().meta({ description: "PEM. What was encrypted for any of them is read." }),
    createdAt: time,
    expiresAt: time,
  })
  .meta({ id: "ServiceProviderKeys" });

const getKeys = operation({
  method: "GET",
  path: "/api/v1/organizations/:slug/okta-integration/keys",
  name: "listServiceProviderKeys",
  summary: "List the organization's own pairs of keys, the oldest first, as its metadata shows them.",
  answers: { 200: z.strictObject({ items: z.array(pair) }).meta({ id: "ListOfServiceProviderKeys" }) },
  async run({ c }) {
    const found = await serviceProviderKeys(await organizationScope(c), c.var.parts.sealer);
    return reply(200, { items: found.map(shown) });
  },
});

const postKeys = operation({
  method: "POST",
  path: "/api/v1/organizations/:slug/okta-integration/keys",
  name: "addServiceProviderKeys",
  summary: "Make the next pair of keys. The metadata shows it besides those before, which stay valid.",
  answers: { 201: pair },
  refusals: { 409: "There are three pairs already." },
  async run({ c }) {
    const made = await addServiceProviderKeys(await organizationScope(c), c.var.parts.sealer);
    return reply(201, shown(made));
  },
});

const deleteKeys = operation({
  method: "DELETE",
  path: "/api/v1/organizations/:slug/okta-integration/keys/:number",
  name: "removeServiceProviderKeys",
  summary: "Remove a pair of keys. What is still encrypted for it is refused from then on.",
  answers: { 204: nothing },
  refusals: { 409: "It is the only pair." },
  async run({ c }) {
    const number = pathValue(c, "number");
    await removeServiceProviderKeys(await organizationScope(c), /^\d{1,9}$/.test(number) ? Number(number) : 0);
    return reply(204, undefined);
  },
});

/** `/api/v1/organizations/:slug/okta-integration/keys` */
export const keyOperations = [getKeys, postKeys, deleteKeys];

function shown({ createdAt, expiresAt, ...keys }: ServiceProviderKeys): z.output<typeof pair> {
  return { ...keys, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() };
}
