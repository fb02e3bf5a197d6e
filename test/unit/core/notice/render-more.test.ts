import assert from "node:assert/strict";
import type { Notice } from "../../../../src/core/notice/notice.ts";
import { renderNotice } from "../../../../src/core/notice/render.ts";
import { aNotice, visible } from "./a-notice.ts";

const link = "https://rancher.example.com/dashboard/c/local/explorer/apps.deployment/shop/website#pods";
const statusLink = "https://hooks.example.com/api/v1/rollouts/7f3a?a=1&b=2";

describe("renderNotice(notice, language) with a log and links", () => {
  const crashed: Notice = {
    ...aNotice,
    result: { kind: "rolled-back", reason: "the container web crashed (exit code 1)" },
    log: 'Error: no "config"\n    at main.js:1\n',
    link,
    statusLink,
  };

  it("shows them in the text, the links before the pods and the log after them", () => {
    const { text } = renderNotice(crashed, "en");
    const part = text.slice(text.indexOf("Request id"), text.indexOf("-- "));
    assert.equal(
      part,
      `Request id:    req-7f3a

Workload in Rancher: ${link}
Status of this rollout: ${statusLink}

Pods
Pod                      State    Ready  Restarts  Node
website-6d4b7c9f5-x2x7k  Running  2/2    0         node-1
  Image: registry.example.com/shop/website:2.0

Last log lines
  Error: no "config"
      at main.js:1

`,
    );
  });

  it("shows them in the HTML, as links and as a block of its own", () => {
    const { html } = renderNotice(crashed, "en");
    assert.ok(html.includes(`<a href="${link}" style="color:#0969da">Workload in Rancher</a>`), html);
    assert.ok(html.includes(`<a href="${statusLink.replace("&", "&amp;")}"`), html);
    assert.match(html, /<pre [^>]*>Error: no &quot;config&quot;\n {4}at main\.js:1<\/pre>/);
  });

  it("names them in Chinese where the hook's people read Chinese", () => {
    const { subject, text, html } = renderNotice(crashed, "zh");
    assert.equal(subject, "Webhooks通知: shop-deployment/website-web 更新结果: 失败，已回滚");
    for (const words of ["升级失败，已恢复为之前的镜像。", "最后的日志"]) {
      assert.ok(text.includes(words), text);
      assert.ok(visible(html).includes(words), html);
    }
    assert.ok(text.includes(`在 Rancher 中查看工作负载: ${link}`), text);
    assert.ok(html.includes(">在 Rancher 中查看工作负载</a>"), html);
  });

  it("shows neither where there is none", () => {
    for (const language of ["en", "zh"] as const) {
      const { text, html } = renderNotice({ ...aNotice, log: " \n" }, language);
      assert.doesNotMatch(text, /Rancher|最后的日志|Last log/);
      assert.doesNotMatch(html, /<a |<pre/);
    }
  });

  const unsafe = ["javascript:alert(1)", "data:text/html,x", "not a link", "https://", 'https://x"><script>'];
  for (const text of unsafe) {
    it(`makes no link of ${text}`, () => {
      const { html } = renderNotice({ ...aNotice, link: text }, "en");
      assert.doesNotMatch(html, /<a |<script/);
    });
  }

  it("keeps to the last lines of a long log", () => {
    const log = Array.from({ length: 5_000 }, (_, index) => `line ${String(index)} ${"x".repeat(1_000)}`).join("\n");
    const { text, html } = renderNotice({ ...aNotice, log }, "en");
    assert.ok(text.includes("  line 4999 xxx") && text.includes("  line 4960 x"), text);
    assert.ok(!text.includes("line 4959"));
    assert.ok(html.length < 50_000, String(html.length));
  });
});
