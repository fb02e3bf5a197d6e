import type { Body } from "./bodies.ts";
import { fixture } from "./bodies.ts";

/** An image as expected.json has it. */
interface ExpectedImage {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string | null;
}

/** A body of test/fixtures/registry, and what it must be read as. */
export interface ExpectedBody {
  readonly file: string;
  readonly provider: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The registry's host that the hook names; empty where the body names one. */
  readonly host: string;
  readonly outcome: "push" | "ignore" | "reject";
  readonly images: readonly ExpectedImage[];
  /** Its headers and its shape tell whose it is. */
  readonly isTold: boolean;
}

interface Entry extends Pick<ExpectedBody, "file" | "provider" | "headers"> {
  readonly expect: Pick<ExpectedBody, "outcome"> & {
    readonly images?: readonly ExpectedImage[];
    readonly needsHost?: string | true;
  };
}

const HOST = "registry.example.com:5000";

// Docker Hub's without repo_name.
const UNTOLD = ["dockerhub.name-and-namespace.json", "dockerhub.name-only.json"];

/** All bodies that expected.json lists. */
export const EXPECTED: readonly ExpectedBody[] = (JSON.parse(fixture("expected.json")) as readonly Entry[]).map(
  ({ file, provider, headers, expect: { outcome, images = [], needsHost = "" } }) => ({
    file,
    provider,
    headers,
    host: needsHost === true ? HOST : needsHost,
    outcome,
    images: images.map((image) => ({ ...image, registry: image.registry.replace("<configured host>", HOST) })),
    isTold: !UNTOLD.includes(file),
  }),
);

/** The body that an entry is about. */
export const bodyOf = ({ file }: ExpectedBody): Body => JSON.parse(fixture(file)) as Body;
