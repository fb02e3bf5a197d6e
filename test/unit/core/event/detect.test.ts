import assert from "node:assert/strict";
import { dialectOf } from "../../../../src/core/event/dialects.ts";
import { detect } from "../../../../src/core/event/detect.ts";
import { BODIES, messageOf, withValue, type Beside, type Body } from "./bodies.ts";

const cloudEvent = (type: string): Body => ({ specversion: "1.0", type, source: "x", id: "1", data: {} });

describe("detect(message)", () => {
  const cases: readonly {
    readonly when: string;
    readonly body: Body | string;
    readonly beside?: Beside;
    readonly types: readonly string[];
  }[] = [
    { when: "Docker Hub's repo_name", body: BODIES.dockerhub, types: ["dockerhub"] },
    { when: "Aliyun's repo_full_name and region", body: BODIES.aliyun, types: ["aliyun"] },
    { when: "a builder's repo_url alone", body: BODIES.custom, types: ["custom"] },
    {
      when: "the names of Docker Hub and of Aliyun",
      body: withValue(BODIES.aliyun, "repository.repo_name", "acme/website"),
      types: ["dockerhub", "aliyun"],
    },
    { when: "Aliyun's name without a region", body: withValue(BODIES.aliyun, "repository.region", ""), types: [] },
    { when: "nothing", body: {}, types: [] },
    { when: "an empty array", body: "[]", types: [] },
    {
      when: "GitHub's header",
      body: BODIES.dockerhub,
      beside: { headers: { "X-GitHub-Event": "ping" } },
      types: ["ghcr"],
    },
    { when: "a package", body: { action: "published", package: {} }, types: ["ghcr"] },
    { when: "Nexus's header", body: {}, beside: { headers: { "X-Nexus-Webhook-Id": "x" } }, types: ["nexus"] },
    { when: "JFrog's header", body: {}, beside: { headers: { "X-JFrog-Event-Auth": "x" } }, types: ["jfrog"] },
    {
      when: "SNS's header",
      body: {},
      beside: { headers: { "x-amz-sns-message-type": "Notification" } },
      types: ["ecr"],
    },
    {
      when: "Azure's client",
      body: {},
      beside: { headers: { "User-Agent": "AzureContainerRegistry/1.0" } },
      types: ["azure"],
    },
    {
      when: "Event Grid's header",
      body: "[]",
      beside: { headers: { "aeg-event-type": "Notification" } },
      types: ["azure"],
    },
    {
      when: "the content type of distribution's events",
      body: {},
      beside: { headers: { "Content-Type": "application/vnd.docker.distribution.events.v2+json" } },
      types: ["distribution"],
    },
    { when: "an envelope of events", body: { events: [{ action: "push", target: {} }] }, types: ["distribution"] },
    { when: "events that are none", body: { events: [1, { action: "push" }] }, types: [] },
    { when: "docker_url", body: { docker_url: "quay.io/a/b", repository: "a/b" }, types: ["quay"] },
    { when: "event_data", body: { type: "PUSH_ARTIFACT", event_data: {} }, types: ["harbor"] },
    { when: "event_type and events", body: { event_type: "pushImage", events: [] }, types: ["harbor"] },
    { when: "action, target and request", body: { action: "push", target: {}, request: {} }, types: ["azure"] },
    {
      when: "an event of Event Grid",
      body: JSON.stringify([{ eventType: "Microsoft.ContainerRegistry.ImagePushed" }]),
      types: ["azure"],
    },
    { when: "action and target, as charts have them", body: { action: "chart_push", target: {} }, types: ["azure"] },
    { when: "an action without a target", body: { action: "push", target: "x" }, types: [] },
    { when: "EventBridge", body: { source: "aws.ecr", "detail-type": "ECR Image Action" }, types: ["ecr"] },
    {
      when: "an array of EventBridge",
      body: JSON.stringify([{ source: "aws.ecr", "detail-type": "ECR Image Action" }]),
      types: ["ecr"],
    },
    { when: "EventBridge of another service", body: { source: "aws.s3", "detail-type": "x" }, types: [] },
    { when: "an SNS envelope", body: { Type: "Notification", TopicArn: "arn:x" }, types: ["ecr"] },
    { when: "a Pub/Sub envelope", body: { message: {}, subscription: "x" }, types: ["gar"] },
    { when: "Google's tag alone", body: { action: "INSERT", tag: "gcr.io/a/b:1" }, types: ["gar"] },
    { when: "Google's digest alone", body: { action: "DELETE", digest: "gcr.io/a/b@x" }, types: ["gar"] },
    { when: "another action and a tag", body: { action: "UPDATE", tag: "gcr.io/a/b:1" }, types: [] },
    { when: "Google's action alone", body: { action: "INSERT" }, types: [] },
    { when: "JFrog's domain", body: { domain: "docker", event_type: "pushed", data: {} }, types: ["jfrog"] },
    { when: "Nexus's component", body: { repositoryName: "x", component: {} }, types: ["nexus"] },
    { when: "a name and a tag", body: { name: "gcr.io/a/b", tag: "1" }, types: ["generic"] },
    { when: "an image and a tag", body: { image: "gcr.io/a/b", tag: "1" }, types: ["generic"] },
    { when: "a CloudEvent of zot", body: cloudEvent("zotregistry.image.updated"), types: ["zot"] },
    { when: "a CloudEvent of Harbor", body: cloudEvent("harbor.artifact.pushed"), types: ["harbor"] },
    { when: "a CloudEvent of Azure", body: cloudEvent("Microsoft.ContainerRegistry.ImagePushed"), types: ["azure"] },
    {
      when: "a CloudEvent of Event Grid",
      body: cloudEvent("Microsoft.EventGrid.SubscriptionDeletedEvent"),
      types: ["azure"],
    },
    { when: "a CloudEvent of Aliyun", body: cloudEvent("cr:Artifact:PushCompleted"), types: ["aliyun"] },
    { when: "another CloudEvent", body: cloudEvent("container.image.push"), types: ["cloudevents"] },
    { when: "a batch of CloudEvents", body: JSON.stringify([cloudEvent("harbor.artifact.pushed")]), types: ["harbor"] },
    {
      when: "a CloudEvent in binary mode",
      body: { name: "a", tag: "1" },
      beside: { headers: { "ce-specversion": "1.0", "ce-type": "zotregistry.image.updated" } },
      types: ["zot"],
    },
    {
      when: "a CloudEvent in binary mode without a type",
      body: "[1]",
      beside: { headers: { "ce-specversion": "1.0" } },
      types: ["cloudevents"],
    },
  ];
  for (const { when, body, beside, types } of cases) {
    it(`tells ${types.length === 0 ? "nothing" : types.join(" or ")} by ${when}`, () => {
      assert.deepEqual(detect(messageOf(body, beside)), types);
    });
  }
});

describe("dialectOf(name, message)", () => {
  const typeOf = (name: string, body: Body | string): string => {
    const dialect = dialectOf(name, messageOf(body));
    return dialect.kind === "ok" ? dialect.value.type : `${dialect.error.kind}: ${dialect.error.reason}`;
  };

  for (const name of ["", "auto", "AUTO"]) {
    it(`tells the registry by the request for "${name}"`, () => {
      assert.equal(typeOf(name, BODIES.aliyun), "aliyun");
      assert.equal(typeOf(name, BODIES.dockerhub), "dockerhub");
    });
  }

  for (const [name, type] of [
    ["Aliyun", "aliyun"],
    ["aliyun-acr", "aliyun"],
    ["DOCKERHUB", "dockerhub"],
    ["custom", "custom"],
  ] as const) {
    it(`takes ${name} for ${type}, whatever the body is`, () => {
      assert.equal(typeOf(name, {}), type);
    });
  }

  it("takes acr for Aliyun's where the request has its shape", () => {
    assert.equal(typeOf("acr", BODIES.aliyun), "aliyun");
    assert.match(typeOf("acr", BODIES.dockerhub), /^undecided: is of no registry that is told by its shape/);
  });

  it("takes acr for Azure's where the request has its shape", () => {
    assert.equal(typeOf("acr", { action: "push", target: {}, request: {} }), "azure");
  });

  it("names the candidates where it cannot tell", () => {
    const both = withValue(BODIES.aliyun, "repository.repo_name", "acme/website");
    assert.equal(
      typeOf("", both),
      "undecided: could be of dockerhub or aliyun; say which it is, as registry in the hook or as repo_type in the URL",
    );
  });

  for (const name of ["aliyun ", "constructor", "__proto__", "(", "x".repeat(40)]) {
    it(`refuses ${JSON.stringify(name.slice(0, 20))} and says what is served`, () => {
      const said = typeOf(name, BODIES.aliyun);
      assert.ok(said.startsWith(`unsupported: unsupported registry type "${name}": use one of aliyun, `));
      assert.ok(said.length < 400);
    });
  }

  it("shows the beginning of a long name alone", () => {
    const said = typeOf("x".repeat(1000), BODIES.aliyun);
    assert.ok(said.startsWith(`unsupported: unsupported registry type "${"x".repeat(40)}…": use one of aliyun, `));
    assert.ok(said.length < 400);
  });
});
