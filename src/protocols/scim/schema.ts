import { managerValue } from "./dialects.ts";
import { foldAscii } from "./json.ts";

/** The two kinds of resource that we serve. */
export type ResourceType = "User" | "Group";

/** The types of RFC 7643 §2.3 that an attribute of ours has (there is no decimal and no integer among them). */
export type AttributeType = "string" | "boolean" | "dateTime" | "binary" | "reference" | "complex";

/** An attribute with its characteristics (RFC 7643 §2.2), from which validation, paths, filters and `/Schemas` are made. */
export interface Attribute {
  readonly name: string;
  /** The name with its parent's, as in `emails.type`: for messages. */
  readonly label: string;
  readonly description: string;
  readonly type: AttributeType;
  readonly multiValued: boolean;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: "readOnly" | "readWrite" | "immutable" | "writeOnly";
  readonly returned: "always" | "never" | "default";
  readonly uniqueness: "none" | "server";
  readonly canonicalValues?: readonly string[];
  readonly referenceTypes?: readonly string[];
  /** UTF-16 code units. */
  readonly maxLength: number;
  readonly subAttributes: readonly Attribute[];
  /** The sub-attributes by name, in the schema's case and in lower case. */
  readonly byName: ReadonlyMap<string, Attribute>;
  /** What a provider's liberty is turned into before the value is read. */
  readonly mend?: (value: unknown) => unknown;
}

/** A schema as `/Schemas` shows it (RFC 7643 §7). */
export interface Schema {
  readonly urn: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly Attribute[];
  readonly byName: ReadonlyMap<string, Attribute>;
}

export const USER_URN = "urn:ietf:params:scim:schemas:core:2.0:User";
export const GROUP_URN = "urn:ietf:params:scim:schemas:core:2.0:Group";
export const ENTERPRISE_URN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

type Characteristics = Partial<Omit<Attribute, "name" | "label" | "description" | "subAttributes" | "byName">> & {
  readonly subs?: readonly Attribute[];
};

const readOnly = { mutability: "readOnly" } as const;
const exact = { caseExact: true } as const;
/** Pictures and certificates are longer than the 1,024 characters that other text may have; the body limit bounds them. */
const long = { maxLength: 1_048_576 } as const;
const boolean = { type: "boolean" } as const;

/** The attributes that every resource has (RFC 7643 §3.1); they stand in no schema. */
export const COMMON: readonly Attribute[] = [
  attribute("schemas", "The schemas that the resource uses.", {
    ...readOnly,
    ...exact,
    type: "reference",
    referenceTypes: ["uri"],
    multiValued: true,
    required: true,
    returned: "always",
  }),
  attribute("id", "The identifier that this service gave the resource.", {
    ...readOnly,
    ...exact,
    returned: "always",
    uniqueness: "server",
  }),
  attribute("externalId", "The identifier that the directory gave the resource.", exact),
  attribute("meta", "What this service knows about the resource itself.", {
    ...readOnly,
    subs: [
      attribute("resourceType", "The name of the resource type.", { ...readOnly, ...exact }),
      attribute("created", "When the resource was made.", { ...readOnly, type: "dateTime" }),
      attribute("lastModified", "When the resource was last changed.", { ...readOnly, type: "dateTime" }),
      attribute("location", "The URI of the resource.", { ...readOnly, type: "reference", referenceTypes: ["uri"] }),
      attribute("version", "The version of the resource, as in its ETag.", { ...readOnly, ...exact }),
    ],
  }),
];

/** RFC 7643 §4.1 and §8.7.1. */
export const USER: Schema = schema(USER_URN, "User", "A person in the directory.", [
  attribute("userName", "The name that identifies the person to the directory, unique without regard to case.", {
    required: true,
    uniqueness: "server",
  }),
  attribute("name", "The parts of the person's name.", {
    subs: [
      attribute("formatted", "The full name, as it is shown."),
      attribute("familyName", "The family name."),
      attribute("givenName", "The given name."),
      attribute("middleName", "The middle names."),
      attribute("honorificPrefix", "The title before the name."),
      attribute("honorificSuffix", "The suffix after the name."),
    ],
  }),
  attribute("displayName", "The name that is shown to others."),
  attribute("nickName", "What the person is called casually."),
  attribute("profileUrl", "The person's page.", { type: "reference", referenceTypes: ["external"] }),
  attribute("title", "The person's title, as in Vice President."),
  attribute("userType", "The person's relation to the organization, as in Employee."),
  attribute("preferredLanguage", "The language that the person prefers, as in en-US."),
  attribute("locale", "The person's place for dates and numbers, as in en-US."),
  attribute("timezone", "The person's time zone, as in America/Los_Angeles."),
  attribute("active", "Whether the person may use the organization.", boolean),
  attribute("password", "Taken and thrown away: people sign in through the identity provider.", {
    mutability: "writeOnly",
    returned: "never",
    caseExact: true,
  }),
  multiple("emails", "The person's email addresses.", ["work", "home", "other"]),
  multiple("phoneNumbers", "The person's telephone numbers.", ["work", "home", "mobile", "fax", "pager", "other"]),
  multiple("ims", "The person's instant messaging addresses.", [
    "aim",
    "gtalk",
    "icq",
    "xmpp",
    "msn",
    "skype",
    "qq",
    "yahoo",
  ]),
  multiple("photos", "Pictures of the person.", ["photo", "thumbnail"], {
    ...long,
    type: "reference",
    referenceTypes: ["external"],
  }),
  attribute("addresses", "The person's postal addresses.", {
    multiValued: true,
    subs: [
      attribute("formatted", "The full address, as it is shown."),
      attribute("streetAddress", "The street and number; several lines are fine."),
      attribute("locality", "The city."),
      attribute("region", "The state or region."),
      attribute("postalCode", "The postal code."),
      attribute("country", "The country, as in US."),
      attribute("type", "What the address is for.", { canonicalValues: ["work", "home", "other"] }),
      attribute("primary", "Whether this is the main address.", boolean),
    ],
  }),
  attribute("groups", "The directory groups that the person is in.", {
    ...readOnly,
    multiValued: true,
    subs: [
      attribute("value", "The id of the group.", { ...readOnly, ...exact }),
      attribute("$ref", "The URI of the group.", { ...readOnly, type: "reference", referenceTypes: ["Group"] }),
      attribute("display", "The name of the group.", readOnly),
      attribute("type", "How the person is in it.", { ...readOnly, canonicalValues: ["direct"] }),
    ],
  }),
  multiple("entitlements", "What the person is entitled to."),
  multiple("roles", "The person's roles."),
  multiple("x509Certificates", "The person's certificates.", undefined, { ...long, type: "binary" }),
]);

/** RFC 7643 §4.3 and §8.7.1. */
export const ENTERPRISE: Schema = schema(ENTERPRISE_URN, "EnterpriseUser", "What an employer knows of a person.", [
  attribute("employeeNumber", "The number that the organization gave the person."),
  attribute("costCenter", "The cost center."),
  attribute("organization", "The organization."),
  attribute("division", "The division."),
  attribute("department", "The department."),
  attribute("manager", "The person's manager.", {
    mend: managerValue,
    subs: [
      attribute("value", "The identifier of the manager, as the directory gave it.", exact),
      attribute("$ref", "The URI of the manager.", { type: "reference", referenceTypes: ["User"] }),
      attribute("displayName", "The name of the manager.", readOnly),
    ],
  }),
]);

/** RFC 7643 §4.2 and §8.7.1. Groups hold people, not groups. */
export const GROUP: Schema = schema(GROUP_URN, "Group", "A group of people in the directory.", [
  attribute("displayName", "The name of the group.", { required: true }),
  attribute("members", "The people in the group.", {
    multiValued: true,
    subs: [
      attribute("value", "The id of the person.", { ...exact, mutability: "immutable" }),
      attribute("$ref", "The URI of the person.", {
        type: "reference",
        referenceTypes: ["User"],
        mutability: "immutable",
      }),
      attribute("type", "What the member is.", { canonicalValues: ["User"], mutability: "immutable" }),
      attribute("display", "The name of the person, as the directory said it.", { mutability: "immutable" }),
    ],
  }),
]);

/** The schemas of a kind of resource: the core one first, then extensions, whose names also resolve without their URN. */
export const SCHEMAS_OF: Readonly<Record<ResourceType, readonly Schema[]>> = {
  User: [USER, ENTERPRISE],
  Group: [GROUP],
};

const COMMON_BY_NAME = index(COMMON);

/** The attribute of the schema with this name in any case; the common ones (`id`, `externalId` …) belong to core schemas. */
export function attributeOf(of: Schema, name: string): Attribute | undefined {
  return byName(of.byName, name) ?? (of === ENTERPRISE ? undefined : byName(COMMON_BY_NAME, name));
}

/** The sub-attribute with this name in any case. */
export function subAttributeOf(parent: Attribute, name: string): Attribute | undefined {
  return byName(parent.byName, name);
}

function byName(map: ReadonlyMap<string, Attribute>, name: string): Attribute | undefined {
  return map.get(name) ?? map.get(foldAscii(name));
}

function attribute(name: string, description: string, given: Characteristics = {}): Attribute {
  const { subs = [], ...characteristics } = given;
  const type = characteristics.type ?? (subs.length > 0 ? "complex" : "string");
  const subAttributes = subs.map((sub) => ({ ...sub, label: `${name}.${sub.name}` }));
  return {
    name,
    label: name,
    description,
    multiValued: false,
    required: false,
    // RFC 7643 §2.3.6 and §2.3.7: binary values and references are compared exactly.
    caseExact: type === "binary" || type === "reference",
    mutability: "readWrite",
    returned: "default",
    uniqueness: "none",
    maxLength: 1024,
    ...characteristics,
    type,
    subAttributes,
    byName: index(subAttributes),
  };
}

/** A multi-valued attribute with the sub-attributes of RFC 7643 §2.4. */
function multiple(
  name: string,
  description: string,
  types?: readonly string[],
  value: Characteristics = {},
): Attribute {
  return attribute(name, description, {
    multiValued: true,
    subs: [
      attribute("value", "The value itself.", value),
      attribute("display", "The value, as it is shown."),
      attribute("type", "What the value is for.", types === undefined ? {} : { canonicalValues: types }),
      attribute("primary", "Whether this is the main value.", boolean),
    ],
  });
}

function schema(urn: string, name: string, description: string, attributes: readonly Attribute[]): Schema {
  return { urn, name, description, attributes, byName: index(attributes) };
}

function index(attributes: readonly Attribute[]): ReadonlyMap<string, Attribute> {
  return new Map(attributes.flatMap((one) => [one.name, foldAscii(one.name)].map((name) => [name, one] as const)));
}
