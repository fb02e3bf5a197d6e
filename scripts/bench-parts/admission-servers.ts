import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { issueSelfSigned } from "../../src/files/issue-certificate.ts";
import { dial } from "../../src/http/dial.ts";
import { builtBinary, type GoModule } from "../control-plane/go-build.ts";
import { startProgram, type Program, type ProgramOptions } from "./program.ts";
import type { Common } from "./stage.ts";

/** Servers that answer the same reviews, and what asks them. */
export interface AdmissionServers {
  readonly servers: readonly { readonly name: string; readonly program: Program }[];
  readonly load: string;
  /** The file of the authority of them all. */
  readonly authority: string;
}

const PEER: GoModule = {
  folder: join(import.meta.dirname, "admission-peer"),
  ldflags: () => "-s -w",
  packages: { server: "./server", load: "./load" },
};

const scriptOf = (name: string): string => fileURLToPath(import.meta.resolve(name));

/** Starts ours, controller-runtime's and a bare one of Node's own, each on the same core. */
export async function startAdmissionServers(common: Common, core: number): Promise<AdmissionServers> {
  const { folder, watchdog, program, profiled, say } = common;
  const certificates = join(folder, "certificates");
  await mkdir(certificates);
  const pair = await issueSelfSigned({ names: ["localhost"], days: 2 });
  const authority = join(certificates, "ca.crt");
  await writeFile(authority, pair.ca);
  await writeFile(join(certificates, "tls.crt"), pair.cert);
  await writeFile(join(certificates, "tls.key"), pair.key);
  const [server, load] = [await builtBinary(PEER, "server", say), await builtBinary(PEER, "load", say)];
  const start = (name: string, options: Pick<ProgramOptions, "program"> & Partial<ProgramOptions>): Promise<Program> =>
    startProgram({
      name: `admission-${name}`,
      folder,
      watchdog,
      core,
      isReady: (port) =>
        dial("127.0.0.1", port).then(
          () => true,
          () => false,
        ),
      ...options,
      env: { CERTIFICATES: certificates, ...options.env },
    });
  const ours = await start("service", {
    program: scriptOf("./admission-app.ts"),
    execArgv: profiled("admission"),
    env: { ADMISSION: join(dirname(program), "admission.js") },
  });
  const peer = await start("peer", {
    program: server,
    isExecutable: true,
    args: (port) => ["-port", String(port), "-certificates", certificates],
    env: { GOMAXPROCS: "1" },
  });
  const bare = await start("bare", { program: scriptOf("./https-app.ts") });
  const servers = [
    { name: "service", program: ours },
    { name: "controller-runtime", program: peer },
    { name: "node:https", program: bare },
  ];
  return { servers, load, authority };
}
