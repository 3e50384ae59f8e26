import type { AppSettings } from "../org.ts";

/** How Okta asks whether a user or group exists already, before it creates one. */
export function lookupPath(app: AppSettings, resource: "Users" | "Groups", value: string): string {
  const attribute = resource === "Groups" ? "displayName" : (app.lookupAttribute ?? "userName");
  const filter = encodeURIComponent(`${attribute} eq ${JSON.stringify(value)}`);
  const spaced = app.lookupSpaces === "+" ? filter.replaceAll("%20", "+") : filter;
  return `/${resource}?filter=${spaced}&startIndex=1&count=100`;
}

/** One page of a list; Okta counts from 1. */
export function pagePath(resource: "Users" | "Groups", startIndex: number, count: number): string {
  return `/${resource}?startIndex=${startIndex}&count=${count}`;
}

/** The path of one user or group by the id that the service gave it. */
export function resourcePath(resource: "Users" | "Groups", remoteId: string): string {
  return `/${resource}/${encodeURIComponent(remoteId)}`;
}
