import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { watchHooksPaths, type HooksPaths } from "../../src/files/hooks-paths.ts";
import { createHookStore, type HookStore } from "../../src/flow/hook-store.ts";
import { createFakeLog, type FakeLog } from "../support/fake-log.ts";

/** A change is to be seen within 2 seconds; a machine that is busy gets twice that. */
export const SEEN_WITHIN_MS = 4_000;

/** One hook for a container, in a hooks file's text. */
export const hookText = (id: string, container: string): string => `
- id: ${id}
  image-upgrade: {namespace: shop, workload: deployment/website, container: ${container}}
  trigger-rule:
    match: {type: value, value: "0123456789abcdef0123", parameter: {source: url, name: token}}
`;

/** Watched paths with a store behind it, as main plugs them together. */
export interface HooksKit {
  /** Holds what is watched, and what is laid beside it. */
  readonly base: string;
  /** The first path that is watched. */
  readonly directory: string;
  readonly store: HookStore;
  readonly log: FakeLog;
  /** Waits until the store holds these hooks, each as id:container. */
  readonly sees: (hooks: readonly string[]) => Promise<void>;
  /** The least number of hooks that were served at any moment since the last call. */
  readonly least: () => number;
  readonly stop: () => Promise<void>;
}

/** Lays out a directory by the function given, and watches it from then on. */
export async function watchFolder(
  layOut: (directory: string) => Promise<void>,
  getenv: HooksPaths["getenv"] = null,
): Promise<HooksKit> {
  return watchPaths(["source"], (base) => layOut(join(base, "source")), getenv);
}

/** Lays out a folder by the function given, and watches some paths in it from then on. */
export async function watchPaths(
  names: readonly string[],
  layOut: (base: string) => Promise<void>,
  getenv: HooksPaths["getenv"] = null,
): Promise<HooksKit> {
  const base = await mkdtemp(join(tmpdir(), "imagehook-hooks-"));
  const paths = names.map((name) => join(base, name));
  await layOut(base);
  const log = createFakeLog();
  const store = createHookStore(log);
  const adopt = (files: Parameters<HookStore["adopt"]>[0]): Promise<void> => {
    store.adopt(files);
    return Promise.resolve();
  };
  const hooks = watchHooksPaths({ paths, getenv }, adopt, log);
  await hooks.look();
  hooks.start();

  let least = store.hooks().length;
  const over = new AbortController();
  const looking = (async () => {
    while (!over.signal.aborted) {
      least = Math.min(least, store.hooks().length);
      await sleep(1);
    }
  })();

  const served = (): readonly string[] =>
    store.hooks().map((hook) => `${hook.id}:${hook.kind === "upgrade" ? hook.upgrade.container : hook.kind}`);
  return {
    base,
    directory: paths[0] ?? base,
    store,
    log,
    sees: async (expected) => {
      const limit = Date.now() + SEEN_WITHIN_MS;
      while (served().join() !== expected.join()) {
        if (Date.now() > limit)
          throw new Error(`expected ${expected.join()}, served ${served().join()}: ${log.text()}`);
        await sleep(10);
      }
    },
    least: () => {
      const seen = least;
      least = store.hooks().length;
      return seen;
    },
    stop: async () => {
      over.abort();
      await looking;
      await hooks.stop();
      await rm(base, { recursive: true, force: true });
    },
  };
}
