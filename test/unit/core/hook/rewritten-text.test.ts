import assert from "node:assert/strict";
import { readAll } from "./hooks-files.ts";

const hook = (id: string, value: string, secret: string): string => `
- id: ${id}
  execute-command: /bin/true
  trigger-rule:
    and:
      - match: {type: value, value: ${value}, parameter: {source: url, name: token}}
      - match: {type: payload-hmac-sha1, secret: ${secret}, parameter: {source: header, name: X-Signature}}
`;
const warningsOf = (text: string): readonly string[] =>
  (readAll(text)[0]?.issues ?? []).flatMap(({ at, message }) =>
    message.includes("without quotes") ? [`${String(at.line)} ${message.split(":")[0] ?? ""}`] : [],
  );

describe("a text that YAML reads as another", () => {
  it("is warned about where it is an id, a value or a secret, at its place and without showing it", () => {
    const text = hook("010", "0123456789012345678901234567890", "yes");
    assert.deepEqual(warningsOf(text), ["6 value", "7 secret", "2 id"].toSorted(), JSON.stringify(readAll(text)[0]));
    assert.ok(!JSON.stringify(readAll(text)[0]?.issues).includes("0123456789"));
  });

  it("is none in quotes, or where YAML leaves it as it is", () => {
    assert.deepEqual(warningsOf(hook('"010"', "'1e3'", "!!str yes")), []);
    assert.deepEqual(warningsOf(hook("deploy", "1234567890", "a1b2")), []);
  });

  it("is found in JSON too", () => {
    const [reading] = readAll('[{"id": 1.50, "execute-command": "/bin/true"}]');
    assert.equal(reading?.id, "1.5");
    assert.ok(reading.issues.some(({ message }) => message.startsWith("id: stands without quotes")));
  });
});
