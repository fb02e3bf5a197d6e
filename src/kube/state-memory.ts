import { parseState } from "../core/rollout/state.ts";
import { createRecent } from "../flow/recent.ts";
import type { StoredState } from "../flow/ports.ts";

const REMEMBERED = 10_000;

/** A state's text, as it is stored. */
interface StoredText {
  readonly text: string;
  readonly version: string;
}

/** What was last known of each state object, by its name: its text alone, which takes a fifth of what it is read into. */
export interface StateMemory {
  readonly recall: (name: string) => StoredState | null;
  /** Remembers a state, unless a newer one is remembered. */
  readonly see: (name: string, stored: StoredText) => void;
  /** Forgets a state, unless one that is newer than this version is remembered. */
  readonly forget: (name: string, version?: string) => void;
}

/** Makes one that remembers nothing yet. */
export function createStateMemory(): StateMemory {
  const texts = createRecent<StoredText>(REMEMBERED);
  return {
    recall: (name) => {
      const known = texts.get(name);
      if (known === undefined) return null;
      const state = parseState(known.text);
      return state.kind === "ok" ? { state: state.value, version: known.version } : null;
    },
    see: (name, { text, version }) => {
      const known = texts.get(name);
      if (known === undefined || isNewer(version, known.version)) texts.set(name, { text, version });
    },
    forget: (name, version) => {
      const known = texts.get(name);
      if (known === undefined || (version !== undefined && isNewer(known.version, version))) return;
      texts.forget(name);
    },
  };
}

/** True for a later version: they are decimal numbers, and may be larger than any number here. */
const isNewer = (version: string, than: string): boolean =>
  version.length === than.length ? version > than : version.length > than.length;
