import assert from "node:assert/strict";
import type { Language, Notice, NoticeResult } from "../../../../src/core/notice/notice.ts";
import { LANGUAGES } from "../../../../src/core/notice/notice.ts";
import { renderNotice } from "../../../../src/core/notice/render.ts";
import { aContainerNotice, aNotice, aPod, visible } from "./a-notice.ts";

const reason = 'deployment "website" exceeded its progress deadline';

const outcomes: { result: NoticeResult; en: string; zh: string }[] = [
  { result: { kind: "complete" }, en: "complete", zh: "成功" },
  { result: { kind: "failed", reason }, en: "failed", zh: "失败" },
  { result: { kind: "deadline", reason }, en: "not finished in time", zh: "超时未完成" },
  { result: { kind: "rolled-back", reason }, en: "failed, rolled back", zh: "失败，已回滚" },
  { result: { kind: "superseded", reason }, en: "superseded", zh: "已被取代" },
  { result: { kind: "refused", reason }, en: "refused", zh: "被拒绝" },
];

describe("renderNotice(notice, language)", () => {
  for (const { result, en, zh } of outcomes) {
    it(`names the outcome ${result.kind} in the subject, in the original's words where Chinese`, () => {
      const notice = { ...aNotice, result };
      assert.equal(renderNotice(notice, "en").subject, `imagehook: shop/deployment/website web update result: ${en}`);
      assert.equal(renderNotice(notice, "zh").subject, `Webhooks通知: shop-deployment/website-web 更新结果: ${zh}`);
    });
  }

  it("lays the English text out with aligned columns", () => {
    const notice: Notice = {
      ...aNotice,
      result: { kind: "failed", reason },
      pods: [...aNotice.pods, { ...aPod, name: "website-1" }],
    };
    assert.equal(
      renderNotice(notice, "en").text,
      `deployment/website (shop): failed
The rollout failed.

Hook:          cnrancher_website
Namespace:     shop
Workload:      deployment/website
Container:     web
Image before:  registry.example.com/shop/website:1.0
Image after:   registry.example.com/shop/website:2.0
Result:        failed
Reason:        deployment "website" exceeded its progress deadline
Accepted:      2026-11-22T08:00:00Z
Finished:      2026-11-22T08:01:32Z
Duration:      1m 32s
Request id:    req-7f3a

Pods
Pod                      State                       Ready  Restarts  Node
website-6d4b7c9f5-x2x7k  Running                     2/2    0         node-1
  Image: registry.example.com/shop/website:2.0
website-1                CrashLoopBackOff (Running)  1/2    3         node-1
  Image: registry.example.com/shop/website:2.0
  Message: back-off 40s restarting failed container

--${" "}
Sent by imagehook. Please do not answer this mail.
`,
    );
  });

  it("lays the Chinese text out with the original's field names", () => {
    assert.equal(
      renderNotice(aNotice, "zh").text,
      `deployment/website (shop): 成功
升级已完成。

Webhook:     cnrancher_website
命名空间:    shop
工作负载:    deployment/website
更新容器:    web
升级前镜像:  registry.example.com/shop/website:1.0
升级后镜像:  registry.example.com/shop/website:2.0
操作结果:    成功
接收时间:    2026-11-22T08:00:00Z
结束时间:    2026-11-22T08:01:32Z
耗时:        1分32秒
请求 ID:     req-7f3a

应用状态
Pod                      状态     就绪  重启次数  节点
website-6d4b7c9f5-x2x7k  Running  2/2   0         node-1
  镜像: registry.example.com/shop/website:2.0

--${" "}
此邮件由 imagehook 自动发送，请勿回复。
`,
    );
  });

  for (const language of LANGUAGES) {
    it(`says the same in HTML as in text (${language})`, () => {
      const notice: Notice = { ...aNotice, result: { kind: "failed", reason }, pods: [aPod] };
      const { text, html } = renderNotice(notice, language);
      const shown = visible(html);
      const { container, before, after } = aContainerNotice;
      const facts = [notice.hook, notice.namespace, notice.workload, container, before, after];
      const pod = [aPod.name, "CrashLoopBackOff (Running)", aPod.ready, "3", aPod.node, aPod.image, aPod.message];
      for (const fact of [...facts, reason, notice.requestId, notice.acceptedAt, notice.finishedAt, ...pod]) {
        assert.ok(shown.includes(fact), `the HTML lacks ${fact}`);
        assert.ok(text.includes(fact), `the text lacks ${fact}`);
      }
    });
  }

  it("shows times to the second", () => {
    const { text } = renderNotice({ ...aNotice, finishedAt: "2026-11-22T08:01:32.987Z" }, "en");
    assert.match(text, /^Finished: {6}2026-11-22T08:01:32Z$/m);
  });

  it("colours the bar of the HTML by the outcome", () => {
    const bars = outcomes.map(
      ({ result }) => /background:(#\w+)/.exec(renderNotice({ ...aNotice, result }, "en").html)?.[1],
    );
    assert.deepEqual(bars, ["#1a7f37", "#cf222e", "#9a6700", "#cf222e", "#57606a", "#cf222e"]);
  });

  it("states the language of the HTML and fetches nothing", () => {
    assert.match(
      renderNotice(aNotice, "zh").html,
      /^<!DOCTYPE html>\n<html lang="zh-CN">\n<head><meta charset="utf-8">/,
    );
    const { html } = renderNotice(aNotice, "en");
    assert.match(html, /<html lang="en">/);
    assert.doesNotMatch(html, /<(img|link|script|a|iframe|style)\b|url\(|@import|https?:/i);
  });

  const redeploys: { language: Language; words: string }[] = [
    { language: "en", words: "The image is the same as before: the workload was redeployed to pull it again." },
    { language: "zh", words: "镜像未改变，已重新部署以再次拉取镜像。" },
  ];
  for (const { language, words } of redeploys) {
    it(`says in words that a redeploy keeps the image (${language})`, () => {
      const { text, html } = renderNotice(
        { ...aNotice, changes: [{ ...aContainerNotice, change: "redeploy" }] },
        language,
      );
      assert.ok(text.includes(words), text);
      assert.ok(visible(html).includes(words), html);
    });
  }

  it("claims no redeploy when the API server refused it", () => {
    const refused: Notice = {
      ...aNotice,
      changes: [{ ...aContainerNotice, change: "redeploy" }],
      result: { kind: "refused", reason },
    };
    assert.doesNotMatch(renderNotice(refused, "en").text, /redeployed/);
  });

  it("lists the containers, each with its images", () => {
    const worker = {
      ...aContainerNotice,
      container: "worker",
      before: "a:2",
      after: "a:2",
      change: "redeploy",
    } as const;
    const { subject, text, html } = renderNotice({ ...aNotice, changes: [aContainerNotice, worker] }, "en");
    assert.equal(subject, "imagehook: shop/deployment/website web, worker update result: complete");
    const rows =
      /^Container: +web\nImage before: +\S+:1\.0\nImage after: +\S+:2\.0\nContainer: +worker\nImage before: +a:2\nImage after: +a:2\nNote: /m;
    assert.match(text, rows);
    const shown = visible(html);
    assert.deepEqual([shown.filter((cell) => cell === "Container").length, shown.includes("worker")], [2, true]);
  });

  const tables: { when: string; notice: Partial<Notice>; en: string; zh: string }[] = [
    { when: "there are no pods", notice: { pods: [] }, en: "No pods.", zh: "没有 Pod。" },
    {
      when: "the table is missing",
      notice: { pods: [], podsNote: "not permitted" },
      en: "not permitted",
      zh: "not permitted",
    },
    {
      when: "51 pods are too many",
      notice: { pods: Array.from({ length: 51 }, (_, index) => ({ ...aPod, name: `pod-${String(index)}` })) },
      en: "and 1 more",
      zh: "另有 1 个 Pod 未列出",
    },
  ];
  for (const { when, notice, en, zh } of tables) {
    it(`says so below the heading when ${when}`, () => {
      for (const [language, words] of [
        ["en", en],
        ["zh", zh],
      ] as const) {
        const { text, html } = renderNotice({ ...aNotice, ...notice }, language);
        assert.ok(text.split("\n").includes(words), text);
        assert.ok(visible(html).includes(words), html);
      }
    });
  }

  it("shows the first 50 of many pods", () => {
    const pods = Array.from({ length: 1000 }, (_, index) => ({ ...aPod, name: `pod-${String(index)}-end` }));
    const { text, html } = renderNotice({ ...aNotice, pods }, "en");
    for (const form of [text, html]) {
      assert.equal(form.match(/pod-\d+-end/g)?.length, 50);
      assert.match(form, /and 950 more/);
    }
  });

  it("leaves the phase out where it says nothing more", () => {
    const states = [aPod, { ...aPod, phase: "" }, { ...aPod, state: "Running" }];
    const shown = visible(renderNotice({ ...aNotice, pods: states }, "en").html).filter((line) =>
      /^(Crash|Running)/.test(line),
    );
    assert.deepEqual(shown, ["CrashLoopBackOff (Running)", "CrashLoopBackOff", "Running"]);
  });

  it("cuts a message of a pod at 500 characters", () => {
    const { text } = renderNotice({ ...aNotice, pods: [{ ...aPod, message: "m".repeat(10_000) }] }, "en");
    assert.equal(/m{100,}…/.exec(text)?.[0].length, 500);
  });
});
