import { stat } from "node:fs/promises";

/** Where a ConfigMap with hooks files is mounted. */
const MOUNTED = "/etc/webhook/source";
/** The file that adnanh/webhook reads when nothing names one. */
const FILE = "hooks.json";

/** The hooks paths where nothing names any: the mounted directory where there is one, else the peer's default. */
export async function defaultHooksPaths(mounted = MOUNTED): Promise<readonly string[]> {
  const isThere = await stat(mounted).then(
    () => true,
    () => false,
  );
  return [isThere ? mounted : FILE];
}
