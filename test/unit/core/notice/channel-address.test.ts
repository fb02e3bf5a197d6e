import assert from "node:assert/strict";
import { readChannelAddress } from "../../../../src/core/notice/channel-address.ts";

describe("readChannelAddress(text, isInsecure)", () => {
  const cases: readonly { text: string; isInsecure?: boolean; is: RegExp }[] = [
    { text: "https://ops.example.com:8443/in?token=x", is: /^https:/ },
    { text: "https://ops.example.com/in", isInsecure: true, is: /^https:/ },
    { text: "http://receiver.tools.svc:8080/in", isInsecure: true, is: /^http:/ },
    { text: "http://receiver.tools.svc:8080/in", is: /^is not encrypted/ },
    { text: "", is: /^is no address/ },
    { text: "ops.example.com/in", is: /^is no address/ },
    { text: `https://ops.example.com/${"x".repeat(2_000)}`, is: /^is no address/ },
    { text: "file:///etc/passwd", isInsecure: true, is: /^must begin with https:\/\/$/ },
    { text: "https://user@ops.example.com/in", is: /^holds a login/ },
    { text: "https://:password@ops.example.com/in", is: /^holds a login/ },
  ];
  for (const { text, isInsecure = false, is } of cases) {
    it(`says of ${text.slice(0, 50)}${isInsecure ? ", insecure," : ""} ${String(is)}`, () => {
      const read = readChannelAddress(text, isInsecure);
      assert.match(read.kind === "ok" ? read.value.protocol : read.error, is);
    });
  }
});
