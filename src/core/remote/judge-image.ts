import type { Digest } from "../image/reference.ts";
import type { Platform } from "./manifest.ts";

const SHOWN = 10;

/** Why an image has not the digest that a push says; null where it has, or the push says none. */
export function digestRefusal(pushed: Digest | null, found: Digest): string | null {
  if (pushed === null || pushed === found) return null;
  return `it is ${found} at its registry, and the push says ${pushed}`;
}

/** Why no node can run an image; null where one can. */
export function platformRefusal(image: readonly Platform[], nodes: readonly Platform[]): string | null {
  const runs = new Set(nodes.map(print));
  if (image.some((platform) => runs.has(print(platform)))) return null;
  return `it is for ${list(image)}, and the nodes of the cluster are ${list(nodes)}`;
}

const print = ({ os, architecture }: Platform): string => `${os}/${architecture}`;

function list(platforms: readonly Platform[]): string {
  const printed = [...new Set(platforms.map(print))];
  return printed.length === 0 ? "no platform" : printed.slice(0, SHOWN).join(", ");
}
