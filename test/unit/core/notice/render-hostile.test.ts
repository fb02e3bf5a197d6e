import assert from "node:assert/strict";
import fc from "fast-check";
import type { PodRow } from "../../../../src/core/notice/notice.ts";
import { LANGUAGES } from "../../../../src/core/notice/notice.ts";
import { renderNotice } from "../../../../src/core/notice/render.ts";
import { aContainerNotice, aNotice, visible } from "./a-notice.ts";

describe("renderNotice(notice, language) of hostile values", () => {
  it("escapes every value in HTML", () => {
    const evil = `<script>alert('1')</script>&"`;
    const { html } = renderNotice({ ...aNotice, hook: evil, podsNote: evil, workload: evil }, "en");
    assert.doesNotMatch(html, /<script/);
    assert.ok(html.includes("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;"), html);
    assert.ok(visible(html).includes(evil));
  });

  it("lets no encoded word into the subject", () => {
    const { subject } = renderNotice(
      { ...aNotice, changes: [{ ...aContainerNotice, container: "=?utf-8?B?DQpCY2M6IGV2aWw=?=" }] },
      "en",
    );
    assert.doesNotMatch(subject, /=\?/);
  });

  it("keeps line breaks, control characters and excess out of the subject, and forms in bounds, for any notice", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 50 }),
      fc.constantFrom("a\r\nBcc: x@example.net", "\u2028", "=?x?", "x".repeat(20_000), "\ud800", "</td>"),
    );
    const pods = fc.array(fc.record({ ...aPodOf(text), restarts: fc.nat() }), { maxLength: 60 });
    const notices = fc.record({
      namespace: text,
      workload: text,
      container: text,
      hook: text,
      before: text,
      reason: text,
      log: text,
      link: text,
      statusLink: text,
      pods,
    });
    const run = (render: typeof renderNotice): void => {
      fc.assert(
        fc.property(
          notices,
          fc.constantFrom(...LANGUAGES),
          ({ reason: why, container, before, ...values }, language) => {
            const change = { ...aContainerNotice, container, before };
            const changes = [change, change] as const;
            const mail = render({ ...aNotice, ...values, changes, result: { kind: "failed", reason: why } }, language);
            assert.match(mail.subject, /^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]{1,1000}$/u);
            assert.doesNotMatch(mail.text, /[^\P{Cc}\n]/u);
            assert.doesNotMatch(mail.html, /[^\P{Cc}\n]/u);
            assert.equal(mail.html.split("<tr>").length, mail.html.split("</tr>").length);
            assert.ok(mail.html.length < 2_000_000);
          },
        ),
        { numRuns: 100 },
      );
    };
    run(renderNotice);
    assert.throws(() => {
      run((notice, language) => ({ ...renderNotice(notice, language), subject: `result of ${notice.workload}` }));
    });
  });
});

function aPodOf<T>(value: T): Record<Exclude<keyof PodRow, "restarts">, T> {
  return { name: value, phase: value, ready: value, image: value, state: value, message: value, node: value };
}
