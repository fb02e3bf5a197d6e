import { z } from "zod";
import type { Digest } from "../image/reference.ts";
import { parseJson } from "./json.ts";

const PAYLOAD_TYPE = "application/vnd.in-toto+json";
// What `cosign sign` says of an image; attestations with the same key say other things of it.
const SIGNED = "https://sigstore.dev/cosign/sign/v1";

const statement = z.object({
  _type: z.enum(["https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1"]),
  predicateType: z.literal(SIGNED),
  subject: z.array(z.object({ digest: z.record(z.string(), z.string()) })).min(1),
});

/** True for an in-toto statement by which `cosign sign` signs the image of a digest. */
export function signsImage(payloadType: string, payload: Buffer, image: Digest): boolean {
  const read = statement.safeParse(parseJson(payload));
  if (payloadType !== PAYLOAD_TYPE || !read.success) return false;
  return read.data.subject.some(({ digest }) =>
    Object.entries(digest).some(([algorithm, hex]) => `${algorithm}:${hex}` === image),
  );
}
