import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { parseDigest, parseRepository, parseTag, type Repository } from "../../src/core/image/reference.ts";
import type { ImageQuery, Registries } from "../../src/flow/ports.ts";
import { createFetcher } from "../../src/remote/fetcher.ts";
import { createRegistries } from "../../src/remote/registry.ts";
import { createFakeClock, type FakeClock } from "../support/fake-log.ts";
import { startRemoteHosts, type RemoteHosts } from "../support/remote-hosts.ts";

/** A client of registries, and the hosts that it may come to. */
export interface RegistryStage {
  readonly hosts: RemoteHosts;
  readonly registries: Registries;
  readonly clock: FakeClock;
  /** What an image is answered as: its digest and platforms, or the kind and words of a failure. */
  readonly ask: (reference: string, over?: Partial<ImageQuery>) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** The host of the registry that is asked. */
export const REGISTRY = "registry.example.com";

function repositoryOf(name: string): Repository {
  const parsed = parseRepository(name);
  assert.ok(parsed.kind === "ok");
  return parsed.value;
}

/** Asks for an image of `shop/website`, as nobody in particular. */
export function queryOf(text: string, over: Partial<ImageQuery> = {}): ImageQuery {
  const reference = parseDigest(text) ?? parseTag(text);
  assert.ok(reference !== null);
  const repository = repositoryOf(`${REGISTRY}/shop/website`);
  return { repository, reference, expected: null, login: null, signal: AbortSignal.timeout(5_000), ...over };
}

/** Starts hosts that are answered by one listener, and a client that asks them for `shop/website`. */
export async function startRegistryStage(
  answer: RequestListener,
  { otherHosts = [] }: { readonly otherHosts?: readonly string[] } = {},
): Promise<RegistryStage> {
  const names = [REGISTRY, "blobs.example.com", "evil.example.com"];
  const hosts = await startRemoteHosts(names, answer);
  const fetcher = createFetcher({ ca: hosts.ca, proxy: hosts.proxy, wellKnown: [] });
  const clock = createFakeClock();
  const registries = createRegistries({ remote: fetcher, clock, otherHosts });
  const ask: RegistryStage["ask"] = async (text, over = {}) => {
    const query = queryOf(text, over);
    const image = await registries.image(query);
    if (image.kind === "error") return `${image.error.kind}: ${image.error.message}`;
    const platforms = await registries.platforms(image.value, query);
    if (platforms.kind === "error") return `${platforms.error.kind}: ${platforms.error.message}`;
    const printed = platforms.value.map(({ os, architecture }) => `${os}/${architecture}`);
    return [image.value.digest, ...printed].join(" ");
  };
  const close = async (): Promise<void> => {
    await fetcher.close();
    await hosts.close();
  };
  return { hosts, registries, clock, ask, close };
}
