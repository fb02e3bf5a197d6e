import eslint from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  { ignores: ["dist/", "coverage/", "reports/", "node_modules/"] },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "error" } },
  eslint.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: "error",
      complexity: ["error", 10],
      "max-depth": ["error", 3],
      "max-params": ["error", 4],
      "max-lines": ["error", { max: 250, skipBlankLines: true, skipComments: true }],
      "no-console": "error",
      "no-restricted-globals": ["error", "process"],
      "no-restricted-imports": ["error", { paths: ["node:process", "process"] }],
      "no-warning-comments": [
        "error",
        { terms: ["c8 ignore", "v8 ignore", "eslint-disable", "@ts-"], location: "anywhere" },
      ],
      "no-restricted-syntax": ["error", { selector: "ExportDefaultDeclaration", message: "Name what you export." }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
    },
  },
  {
    files: [
      "src/main.ts",
      "src/config.ts",
      "src/command/starter-main.ts",
      "src/assembly/leader-election.ts",
      "src/assembly/signals.ts",
      "examples/**/*.ts",
      "test/**/*.ts",
      "scripts/**/*.ts",
    ],
    rules: { "no-restricted-globals": "off", "no-restricted-imports": "off" },
  },
  {
    // Scripts talk to a person at a terminal.
    files: ["scripts/**/*.ts"],
    rules: { "no-console": "off" },
  },
  {
    files: ["src/core/**/*.ts"],
    rules: {
      "no-restricted-globals": [
        "error",
        "process",
        "fetch",
        "setTimeout",
        "setInterval",
        "setImmediate",
        "queueMicrotask",
        "performance",
      ],
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now" },
        { object: "Math", property: "random" },
      ],
      "no-restricted-syntax": [
        "error",
        { selector: ":function[async=true]", message: "The core is synchronous." },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: "Time is an argument." },
        { selector: "ExportDefaultDeclaration", message: "Name what you export." },
      ],
    },
  },
);
