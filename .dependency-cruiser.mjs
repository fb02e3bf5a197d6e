// Which room may know which: "npm" lists the libraries that live in a room and nowhere else.
const CORE_NPM = [
  "zod",
  "yaml",
  "jsonc-parser",
  "re2js",
  "ipaddr.js",
  "fastest-levenshtein",
  "saxes",
  "semver",
  "rfc6902",
];
const ROOMS = {
  kube: ["@kubernetes/client-node", "undici"],
  files: ["@peculiar/x509"],
  mail: ["nodemailer"],
  channels: [],
  command: [],
  remote: ["undici", "jose", "@sigstore/bundle", "@sigstore/verify"],
  http: ["koa", "@koa/router", "@types/koa"],
  telemetry: ["pino", "prom-client"],
};
const modules = (packages) => `(^|/)node_modules/(${packages.join("|")})/`;
const entries = "^src/(main|admission)[.]ts$";

const rooms = Object.entries(ROOMS).flatMap(([room, npm]) => [
  {
    name: `${room}-imports`,
    comment: "an adapter knows the core, the ports and itself",
    severity: "error",
    from: { path: `^src/${room}/` },
    to: { path: "^src/", pathNot: ["^src/core/", "^src/flow/", `^src/${room}/`] },
  },
  {
    name: `${room}-npm`,
    comment: "an adapter imports its own libraries only",
    severity: "error",
    from: { path: `^src/${room}/` },
    to: { path: "(^|/)node_modules/", ...(npm.length > 0 && { pathNot: modules(npm) }) },
  },
]);

export default {
  forbidden: [
    {
      name: "core-is-pure",
      severity: "error",
      from: { path: "^src/core/" },
      to: { pathNot: ["^src/core/", "^(node:)?crypto$", modules(CORE_NPM)] },
    },
    {
      name: "flow-has-no-io",
      severity: "error",
      from: { path: "^src/flow/" },
      to: { pathNot: ["^src/(core|flow)/", "^(node:)?timers/promises$"] },
    },
    ...rooms,
    {
      name: "no-room-without-a-rule",
      comment: "add the folder to ROOMS",
      severity: "error",
      from: { path: `^src/(?!core/|flow/|cli/|assembly/|(${Object.keys(ROOMS).join("|")})/)[^/]+/` },
      to: {},
    },
    {
      name: "cli-npm",
      severity: "error",
      from: { path: "^src/cli/" },
      to: {
        path: "(^|/)node_modules/|^src/",
        pathNot: [modules(["commander", "shell-quote"]), "^src/(core|flow|files|cli)/"],
      },
    },
    {
      name: "config-npm",
      severity: "error",
      from: { path: "^src/config(-fields|-admission)?[.]ts$" },
      to: {
        path: "(^|/)node_modules/|^src/",
        pathNot: [modules(["zod"]), "^src/core/", "^src/config-(fields|admission)[.]ts$"],
      },
    },
    { name: "no-one-imports-an-entry", severity: "error", from: {}, to: { path: "^src/(main|admission)[.]ts$" } },
    {
      name: "config-and-cli-for-main",
      severity: "error",
      from: { path: "^src/", pathNot: [entries, "^src/(cli|assembly)/"] },
      to: { path: "^src/(config[.]ts$|cli/)" },
    },
    {
      name: "assembly-for-entries",
      comment: "it knows every room, and no room knows it",
      severity: "error",
      from: { path: "^src/", pathNot: [entries, "^src/assembly/"] },
      to: { path: "^src/assembly/" },
    },
    {
      name: "yaml-has-one-home",
      comment:
        "hooks text becomes values with line and column in one place, values become text in another: quoting is the library's",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/core/hook/(document|print-yaml)[.]ts$" },
      to: { path: modules(["yaml"]) },
    },
    {
      name: "rfc6902-has-one-home",
      comment: "patches of objects are made, applied and pointed into in one place",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/core/admission/json-patch[.]ts$" },
      to: { path: modules(["rfc6902"]) },
    },
    {
      name: "saxes-has-one-home",
      comment: "an XML body becomes a payload in one place",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/core/hook/xml[.]ts$" },
      to: { path: modules(["saxes"]) },
    },
    {
      name: "jose-has-one-home",
      comment: "signatures of tokens are verified in one place, with keys that the service fetched itself",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/remote/token-signature[.]ts$" },
      to: { path: modules(["jose"]) },
    },
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    { name: "no-orphans", severity: "error", from: { orphan: true, path: "^src/" }, to: {} },
    { name: "src-not-to-test", severity: "error", from: { path: "^src/" }, to: { path: "^(test|examples|scripts)/" } },
    { name: "resolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
