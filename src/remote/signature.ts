import type { Signatures } from "../flow/ports.ts";

/** Sigstore's library behind the port. It is loaded when a hook first asks for a signature, to save 12 MB otherwise. */
export const signatures: Signatures = {
  isSigned: async (image, bundles, keys) => {
    const { isImageSigned } = await import("./bundle-signature.ts");
    return isImageSigned(image, bundles, keys);
  },
};
