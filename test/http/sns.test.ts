import assert from "node:assert/strict";
import { createOutsideCallers } from "../../src/flow/outside-callers.ts";
import { createPush } from "../../src/flow/push.ts";
import { createFetcher, type Fetcher } from "../../src/remote/fetcher.ts";
import { verifyToken } from "../../src/remote/token-signature.ts";
import { makeAuthority } from "../support/certificate.ts";
import { startRemoteHosts, type RemoteHosts } from "../support/remote-hosts.ts";
import {
  aConfirmation,
  aNotification,
  CERTIFICATE_PATH,
  signMessage,
  SNS_HOST,
  TOPIC,
  type Fields,
} from "../support/sns-messages.ts";
import { ask, bodyOf, deliverTo, serve, storeOf, TOKEN, type HttpKit, type Seen } from "./http-kit.ts";

const ECR = JSON.stringify({
  "detail-type": "ECR Image Action",
  source: "aws.ecr",
  account: "123456789012",
  time: "2026-11-22T08:00:00Z",
  region: "us-west-2",
  detail: { result: "SUCCESS", "repository-name": "website", "action-type": "PUSH", "image-tag": "2" },
});
const HOOK = (id: string, registry: string, callers: string): string => `
- id: ${id}
  image-upgrade: {namespace: shop, workload: deployment/website, container: web, registry: ${registry}, callers: [${callers}]}
  trigger-rule-mismatch-http-response-code: 403
`;
const sns = `{sns: {topic-arn: "${TOPIC}"}}`;
const token = "{token: {file: /tokens/website}}";
const HOOKS = [
  HOOK("website", "ecr", sns),
  HOOK("auto", "auto", sns),
  HOOK("both", "ecr", `${token}, ${sns}`),
  HOOK("token", "ecr", token),
  HOOK("far", "ecr", `{sns: {topic-arn: "${TOPIC.replace("us-west-2", "us-east-1")}"}}`),
  HOOK("custom", "custom", token),
].join("");
const MISMATCH = [403, "Hook rules were not satisfied."];
const IN = [200, "ignored: let in 123456789012.dkr.ecr.us-west-2.amazonaws.com/website:2"];

describe("imageHookRoutes(deliver, log): messages of SNS", () => {
  const certificate = makeAuthority().issue({ isRsa: true });
  const failures: string[] = [];
  let confirms = 200;
  let hosts: RemoteHosts;
  let fetcher: Fetcher;
  let kit: HttpKit;

  before(async () => {
    hosts = await startRemoteHosts([SNS_HOST, "evil.example.com"], (request, response) => {
      if (request.url === CERTIFICATE_PATH) response.end(certificate.cert);
      else if (request.url?.startsWith("/?Action=ConfirmSubscription&") === true) response.writeHead(confirms).end();
      else response.writeHead(404).end();
    });
    fetcher = createFetcher({ ca: hosts.ca, proxy: hosts.proxy, wellKnown: [] });
    const clock = { now: () => new Date() };
    const push = createPush(
      { tokensOf: (path) => (path === "/tokens/website" ? [TOKEN] : []), clock },
      {
        upgrade: ({ events: [{ repository, tag }] }) =>
          Promise.resolve({ kind: "ignored", reason: `let in ${repository}:${tag}` }),
        onRefused: () => undefined,
        failures: {
          count: (hook) => {
            failures.push(hook);
            return null;
          },
        },
        outside: createOutsideCallers({ remote: fetcher, verifyToken, clock }),
      },
    );
    kit = await serve(deliverTo(storeOf(HOOKS), push));
  });
  after(async () => {
    await kit.server.drain();
    await fetcher.close();
    await hosts.close();
  });

  const post = async (
    path: string,
    body: Fields | string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Seen> =>
    ask(kit, `/hooks/${path}`, {
      method: "POST",
      headers: { "Content-Type": "text/plain; charset=UTF-8", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const signed = (over: Fields = {}, of = aNotification(new Date(), ECR)): Fields =>
    signMessage({ ...of, ...over }, certificate);
  const confirmation = (over: Fields = {}): Fields => signed(over, aConfirmation(new Date()));
  const CONFIRMED = `GET ${SNS_HOST}/?Action=ConfirmSubscription&TopicArn=${encodeURIComponent(TOPIC)}&Token=2336412f37fb687f5d51e6e2425`;

  it("lets in what SNS signed, and fetches the certificate once", async () => {
    for (const hook of ["website", "auto", "website"]) {
      const { status, body } = await post(hook, signed());
      assert.deepEqual([status, body], IN);
    }
    assert.deepEqual(hosts.asked, [`GET ${SNS_HOST}${CERTIFICATE_PATH}`]);
    assert.deepEqual(failures, []);
  });

  const refused: readonly {
    when: string;
    body: () => Fields | string;
    hook?: string;
    headers?: Readonly<Record<string, string>>;
  }[] = [
    { when: "was changed", body: () => ({ ...signed(), Message: ECR.replace("website", "other") }) },
    {
      when: "another key signed",
      body: () => signMessage(aNotification(new Date(), ECR), makeAuthority().issue({ isRsa: true })),
    },
    { when: "is of another topic", body: () => signed({ TopicArn: `${TOPIC}s` }) },
    { when: "is two hours old", body: () => signed({ Timestamp: new Date(Date.now() - 7_200_000).toISOString() }) },
    {
      when: "names a certificate elsewhere",
      body: () => signed({ SigningCertURL: `https://evil.example.com${CERTIFICATE_PATH}` }),
    },
    { when: "is for a topic of another region", hook: "far", body: () => signed() },
    { when: "is raw", body: () => ECR, headers: { "x-amz-sns-rawdelivery": "true" } },
    { when: "asks for a subscription and is not signed", body: () => aConfirmation(new Date()) },
    { when: "is no JSON", body: () => "hello" },
  ];
  for (const { when, body: sent, hook = "website", headers } of refused) {
    it(`refuses and counts a message that ${when}, and asks nobody`, async () => {
      const [before, counted] = [hosts.connected.length, failures.length];
      const asked = hosts.asked.length;
      const { status, body } = await post(hook, sent(), headers);
      assert.deepEqual([status, body], MISMATCH);
      assert.deepEqual([hosts.connected.length, hosts.asked.length, failures.length], [before, asked, counted + 1]);
    });
  }

  it("refuses a message whose certificate SNS does not have", async () => {
    const SigningCertURL = `https://${SNS_HOST}/SimpleNotificationService-00.pem`;
    assert.equal((await post("website", signed({ SigningCertURL }))).status, 403);
    assert.equal(hosts.asked.at(-1), `GET ${SNS_HOST}/SimpleNotificationService-00.pem`);
  });

  it("confirms the subscription to the hook's own topic, and says so", async () => {
    for (const path of ["website", "auto", `both?token=${TOKEN}`]) {
      const before = hosts.asked.length;
      const { status, body } = await post(path, confirmation());
      assert.deepEqual([status, body], [200, `ignored: subscription to ${TOPIC} confirmed`]);
      assert.deepEqual(hosts.asked.slice(before), [CONFIRMED]);
    }
  });

  it("answers 503 when SNS does not take the confirmation", async () => {
    confirms = 500;
    const { status, body, headers } = await post("website", confirmation());
    confirms = 200;
    const said = "the subscription cannot be confirmed at the moment: send it again";
    assert.deepEqual([status, body, headers["retry-after"]], [503, said, "10"]);
    assert.equal(kit.log().at(-1)?.["reason"], `${SNS_HOST} answered 500`);
  });

  it("confirms nothing elsewhere, even where SNS signed that", async () => {
    for (const SubscribeURL of [
      "https://evil.example.com/?Action=ConfirmSubscription",
      `https://${SNS_HOST}/?Action=Publish`,
    ]) {
      const before = hosts.asked.length;
      const { status, body } = await post("website", confirmation({ SubscribeURL }));
      assert.deepEqual([status, body], [400, "SubscribeURL: does not confirm a subscription to the hook's topic"]);
      assert.equal(hosts.asked.length, before);
    }
  });

  it("confirms no subscription that a token alone vouches for", async () => {
    const before = hosts.asked.length;
    const { status, body } = await post(`token?token=${TOKEN}`, confirmation());
    const reason = "SNS wants its subscription confirmed: name its topic in the hook's callers, as sns";
    assert.deepEqual([status, body], [200, `ignored: ${reason}`]);
    const forged = await post(`both?token=${TOKEN}`, { ...confirmation(), Token: "other" });
    assert.deepEqual([forged.status, forged.body], [200, `ignored: ${reason}`]);
    assert.equal(hosts.asked.length, before);
  });

  it("ignores the end of a subscription", async () => {
    const { status, body } = await post("website", signed({}, aConfirmation(new Date(), "UnsubscribeConfirmation")));
    assert.deepEqual([status, body], [200, "ignored: SNS has ended its subscription"]);
  });

  it("answers 503 while the certificate cannot be fetched, and counts no failure", async () => {
    const [counted, far] = [failures.length, "us-east-1"];
    const moved = Object.fromEntries(
      Object.entries(aNotification(new Date(), ECR)).map(([name, value]) => [
        name,
        String(value).replaceAll("us-west-2", far),
      ]),
    );
    const { status, headers } = await post("far", signMessage(moved, certificate));
    assert.deepEqual([status, headers["retry-after"], failures.length], [503, "10", counted]);
    assert.match(
      String(kit.log().at(-1)?.["reason"]),
      /^certificate of arn:aws:sns:us-east-1:\S+ sns\.us-east-1\.amazonaws\.com cannot be asked: /,
    );
  });

  it("connects to nobody whom a payload names", async () => {
    const elsewhere = "https://evil.example.com/";
    const names = [
      "callback_url",
      "SubscribeURL",
      "UnsubscribeURL",
      "SigningCertURL",
      "validationUrl",
      "jwks_uri",
      "iss",
      "url",
    ];
    const planted = Object.fromEntries(names.map((name) => [name, elsewhere]));
    const [connected, asked] = [hosts.connected.length, hosts.asked.length];
    const bodies = [
      { ...(JSON.parse(bodyOf("2")) as object), ...planted },
      { ...aConfirmation(new Date()), ...planted },
      { ...aNotification(new Date(), ECR), ...planted },
      [
        {
          id: "1",
          eventType: "Microsoft.EventGrid.SubscriptionValidationEvent",
          data: { validationCode: "a", ...planted },
        },
      ],
      { ...planted, repository: { ...planted, repo_url: "evil.example.com" }, push_data: { ...planted, tag: "2" } },
    ];
    const hooks = ["website", "auto", "both", "token", "far", "custom"];
    for (const hook of hooks)
      for (const body of bodies)
        for (const query of ["", `?token=${TOKEN}`]) await post(`${hook}${query}`, JSON.stringify(body));
    assert.deepEqual([hosts.connected.slice(connected), hosts.asked.slice(asked)], [[], []]);
  });
});
