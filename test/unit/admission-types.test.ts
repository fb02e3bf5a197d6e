import assert from "node:assert/strict";
import { join } from "node:path";
import ts from "typescript";

const root = join(import.meta.dirname, "../..");

/** A program of somebody else's; each line that must not compile ends in `// TS` and the compiler's code. */
interface Snippet {
  readonly title: string;
  readonly text: string;
}

// TypeScript's codes: 2322 and 2345 not assignable, 2339 no such property, 2353 no such field in a literal,
// 2344 not a fit type argument, 2540 read-only, 2554 another number of arguments, 18046 is unknown, 18048 is undefined.
const snippets: readonly Snippet[] = [
  {
    title: "lets a mutating handler patch, and a bare one",
    text: `
import { allowed, createAdmissionServer, mutating, patched, patchFromObjects, type Handler } from "imagehook/admission";
const operation = { op: "add", path: "/a", value: 1 } as const;
const bare: Handler = (request) => (request.dryRun ? allowed() : patched("changed", operation));
const server = createAdmissionServer();
server.register("/a", mutating(() => patched("changed", operation)));
server.register("/b", mutating(async () => Promise.resolve(patchFromObjects({}, { a: 1 }))));
server.register("/c", mutating(bare));
server.register("/d", bare);
server.register("/e", () => patched("changed", operation));
server.register("/f", () => ({ allowed: true }));
`,
  },
  {
    title: "lets no validating handler patch",
    text: `
import { patched, patchFromObjects, validating, validatingChain, withWarnings, type Handler } from "imagehook/admission";
const operation = { op: "add", path: "/a", value: 1 } as const;
validating(() => patched("changed", operation)); // TS2322
validating(async () => Promise.resolve(patched("changed", operation))); // TS2322
validating(() => patchFromObjects({}, { a: 1 })); // TS2322
validating(() => withWarnings(patched("changed", operation), "look out")); // TS2322
validating(() => ({ allowed: true, patch: [operation] })); // TS2322
validatingChain(() => patched("changed", operation)); // TS2322
const bare: Handler = () => ({ allowed: true });
validating(bare); // TS2345
validatingChain(bare); // TS2345
`,
  },
  {
    title: "lets a validating handler do everything else",
    text: `
import { allowed, createAdmissionServer, denied, errored, mutatingChain, statusError, validating, validatingChain, validationResponse, withAuditAnnotations, withWarnings } from "imagehook/admission";
const handlers = [
  validating(() => withAuditAnnotations(withWarnings(allowed("fine"), "look out"), { by: "us" })),
  validating(async () => Promise.resolve(denied())),
  validating((request) => validationResponse(request.operation === "CREATE", "no")),
  validating(() => errored(400, new Error("no"))),
  validating(() => ({ allowed: false, status: { code: 422, reason: "Invalid" } })),
  validating(() => { throw statusError({ code: 422 }); }),
];
const server = createAdmissionServer();
server.register("/a", validatingChain(...handlers));
server.register("/b", mutatingChain(...handlers));
`,
  },
  {
    title: "lets nothing else be registered or answered",
    text: `
import { createAdmissionServer, mutating, patched, type Handler } from "imagehook/admission";
const server = createAdmissionServer();
server.register("/a", () => true); // TS2322
server.register("/b", () => ({ allowed: "yes" })); // TS2322
server.register("/c", { allowed: true }); // TS2353
mutating(() => undefined); // TS2322
patched("changed", { op: "add", path: "/a" }); // TS2345
patched("changed", { op: "put", path: "/a", value: 1 }); // TS2322
export const changing: Handler = (request) => {
  request.operation = "CREATE"; // TS2540
  return { allowed: true };
};
`,
  },
  {
    title: "gives a validator's functions the objects, typed",
    text: `
import { statusError, validator } from "imagehook/admission";
interface Size { readonly spec: { readonly size: number } }
const kind = { group: "shop.example.com", version: "v1", kind: "Size" };
function check(size: Size): void { if (size.spec.size > 20) throw new Error("too large"); }
async function ask(size: Size): Promise<void> { await Promise.resolve(size); }
const warn = (size: Size) => { if (size.spec.size > 20) throw statusError({ code: 422 }); };
validator<Size>({ kind });
validator<Size>({ kind, create: check, update: warn, delete: ask });
validator<Size>({ kind, create: ({ spec }) => [String(spec.size.toFixed())], update: async ({ spec }, old) => { if (spec.size < old.spec.size) throw new Error("no"); } });
validator<Size>({ kind, create: (size, request, { signal, log }) => { log.info({ size: size.spec.size, uid: request.uid, over: signal.aborted }, "asked"); } });
validator<Size>({ kind, create: ({ spec }) => { spec.color; } }); // TS2339
validator<Size>({ kind, update: (_, old) => { old.color; } }); // TS2339
validator<Size>({ kind, create: ({ spec }) => spec.size < 20 }); // TS2322
validator<Size>({ kind, create: async ({ spec }) => Promise.resolve(spec.size < 20) }); // TS2322
validator<Size>({ kind, create: () => "too large" }); // TS2322
validator<Size>({ kind, connect: check }); // TS2353
validator<Size>({ kind: "Size" }); // TS2322
validator<string>({ kind }); // TS2344
`,
  },
  {
    title: "gives a defaulter's functions the object, typed",
    text: `
import { defaulter } from "imagehook/admission";
interface Size { spec: { size?: number } }
const kind = { group: "shop.example.com", version: "v1", kind: "Size" };
function set(size: Size): void { size.spec.size ??= 2; }
const setToo = async (size: Size) => { size.spec.size ??= 2; await Promise.resolve(); };
const decode = (object: object): Size => object as Size;
defaulter<Size>({ kind, default: set });
defaulter<Size>({ kind, default: setToo, decode, unknownFields: "remove" });
defaulter<Size>({ kind, default: (size) => ({ ...size, spec: { size: 2 } }), unknownFields: "keep" });
defaulter<Size>({ kind, default: (size, request, { log }) => { size.spec.size ??= request.name.length; log.info({}, "set"); } });
defaulter<Size>({ kind, default: (size) => { size.spec.size = "two"; } }); // TS2322
defaulter<Size>({ kind, default: () => ({ spec: { size: "two" } }) }); // TS2322
defaulter<Size>({ kind, default: set, unknownFields: "drop" }); // TS2322
defaulter<Size>({ kind, default: set, decode: () => ({}) }); // TS2322
defaulter<Size>({ kind }); // TS2345
`,
  },
  {
    title: "hands the server's client to its handlers, and to no others",
    text: `
import { allowed, createAdmissionServer, defaulter, mutating, mutatingChain, testReview, validating, validator, reviewFor, type Handler } from "imagehook/admission";
interface Client { readonly list: () => readonly string[] }
const client: Client = { list: () => [] };
const kind = { group: "", version: "v1", kind: "Pod" };
const server = createAdmissionServer({ client });
server.register("/a", (_, context) => allowed(context.client.list().join()));
server.register("/b", validating((_, context) => allowed(context.client.list().join())));
server.register("/c", mutating<Client>((_, context) => allowed(context.client.list().join())));
server.register("/d", validator<object, Client>({ kind, create: (_, __, context) => context.client.list() }));
server.register("/e", mutatingChain<Client>(defaulter<object, Client>({ kind, default: (_, __, context) => { context.client.list(); } })));
server.register("/f", () => allowed());
server.register("/g", validator({ kind }));
server.register("/h", (_, context) => allowed(context.client.watch())); // TS2339
const asking: Handler<Client> = (_, context) => allowed(context.client.list().join());
const without = createAdmissionServer();
without.register("/a", asking); // TS2345
without.register("/b", (_, context) => allowed(context.client.list())); // TS18048
export const untold: Handler = (_, context) => allowed(String(context.client.list)); // TS18046
createAdmissionServer({ client: 7 }).register("/a", asking); // TS2345
const pod = reviewFor({}).create();
await testReview(asking, pod, { client });
await testReview(asking, pod, { client: 7 }); // TS2322
`,
  },
  {
    title: "makes reviews of objects with what a test says otherwise",
    text: `
import { reviewFor } from "imagehook/admission";
interface Pod { kind: string }
const pod: Pod = { kind: "Pod" };
reviewFor(pod).create({ userInfo: { username: "ada" }, namespace: "shop", dryRun: true });
reviewFor(pod).update(pod, { subResource: "status" });
reviewFor("Pod"); // TS2345
reviewFor(pod).update(); // TS2554
reviewFor(pod).create({ object: {} }); // TS2353
reviewFor(pod).create({ operation: "DELETE" }); // TS2353
reviewFor(pod).create({ userInfo: { name: "ada" } }); // TS2353
`,
  },
];

/** What the compiler says of a text: each line that it complains about, with its code. */
type Complaints = readonly string[];

/** Compiles texts as strictly as this project, as if they lay beside it; none of them is written. */
function compile(texts: readonly string[]): readonly Complaints[] {
  const files = new Map(texts.map((text, index) => [join(root, "test", `snippet-${String(index)}.ts`), text]));
  const { options } = ts.parseJsonConfigFileContent(readSettings(), ts.sys, root);
  // Statements here only make something.
  const settings = { ...options, noUnusedLocals: false };
  const host = ts.createCompilerHost(settings);
  const disk = { ...host };
  host.fileExists = (file) => files.has(file) || disk.fileExists(file);
  host.getSourceFile = (file, target, ...others) => {
    const text = files.get(file);
    return text === undefined
      ? disk.getSourceFile(file, target, ...others)
      : ts.createSourceFile(file, text, target, true);
  };
  const program = ts.createProgram([...files.keys()], settings, host);
  return [...files.keys()].map((file) => complaintsOf(program, file));
}

function readSettings(): object {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (file) => ts.sys.readFile(file)) as {
    config: object;
  };
  return { ...config, include: [], files: [] };
}

function complaintsOf(program: ts.Program, file: string): Complaints {
  const source = program.getSourceFile(file);
  return ts.getPreEmitDiagnostics(program, source).map(({ file: where, start = 0, code, messageText }) => {
    const place = where?.getLineAndCharacterOfPosition(start);
    const told = `TS${String(code)}`;
    return place === undefined
      ? `${told}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`
      : `line ${String(place.line + 1)}: ${told}`;
  });
}

const expectedOf = ({ text }: Snippet): Complaints =>
  text.split("\n").flatMap((line, index) => {
    const code = /\/\/ (TS\d+)$/.exec(line)?.[1];
    return code === undefined ? [] : [`line ${String(index + 1)}: ${code}`];
  });

describe("imagehook/admission: its types", () => {
  let complaints: readonly Complaints[];

  before(function () {
    this.timeout(120_000);
    complaints = compile(snippets.map(({ text }) => text));
  });

  for (const [index, snippet] of snippets.entries())
    it(snippet.title, () => {
      assert.deepEqual(complaints[index], expectedOf(snippet));
    });

  it("is checked by snippets that name what must not compile", () => {
    const marked = snippets.flatMap(expectedOf).length;
    assert.ok(marked >= 30, String(marked));
  });
});
