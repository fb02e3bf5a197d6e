import { readFile, stat } from "node:fs/promises";
import { codeOf } from "../core/error-code.ts";
import { fail, ok } from "../core/result.ts";
import type { KeyFiles } from "../flow/ports.ts";

const MAX_BYTES = 64 * 1024;

/** Files with public keys behind the port. They are read each time, so that a new key counts at once. */
export const keyFiles: KeyFiles = {
  read: async (path) => {
    try {
      const { size } = await stat(path);
      return size > MAX_BYTES ? fail(`${path} is too large for a file of keys`) : ok(await readFile(path, "utf8"));
    } catch (error) {
      return fail(`${path} cannot be read: ${codeOf(error)}`);
    }
  },
};
