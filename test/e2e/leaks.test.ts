import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { makeAuthority } from "../support/certificate.ts";
import { apply, useCluster, waitFor } from "../support/cluster.ts";
import { startSink, type Sink } from "../support/smtp-sink.ts";
import { aDeployment, customBody, hookPath, install, TOKEN, type Installation, logWritten } from "./kit.ts";

const APP = "registry.example.com/team/app";
const PASSWORD = "smtp-canary-51c0ffee";

describe("secrets stay where they belong", function () {
  this.timeout(60_000);
  const cluster = useCluster();
  let installed: Installation;
  let sink: Sink;
  let takesMail = true;

  before(async () => {
    const authority = makeAuthority();
    sink = await startSink({
      tls: "implicit",
      certificate: authority.issue(),
      login: { user: "imagehook@example.com", password: PASSWORD },
      refuseData: () => (takesMail ? null : { status: 550, text: `go away, ${PASSWORD}` }),
    });
    installed = await install(cluster(), {
      env: { LOG_LEVEL: "debug" },
      values: (web) => ({
        hooks: {
          app: { namespace: web, workload: "deployment/app", container: "web", repoType: "custom", token: TOKEN },
          gone: { namespace: web, workload: "deployment/gone", container: "web", repoType: "custom", token: TOKEN },
        },
        mail: {
          from: "imagehook@example.com",
          to: "ops@example.com",
          smtpServer: "127.0.0.1",
          smtpPort: sink.port,
          password: PASSWORD,
          caCert: authority.cert,
        },
      }),
      prepare: ({ web }) => apply(cluster(), aDeployment(web, "app", `${APP}:1`)),
    });
  });
  after(async () => {
    await sink.close();
    await installed.remove();
  });

  it("finds no token and no password in any answer, log line, object, Event, mail or audit entry", async () => {
    const bearer = { authorization: `Bearer ${TOKEN}`, "x-token": TOKEN };
    const paths = [
      hookPath("app"),
      hookPath("app", { token: `${TOKEN}x` }),
      `${hookPath("app")}&token=${TOKEN}`,
      hookPath("gone"),
      hookPath("nobody"),
      `/nowhere?token=${TOKEN}`,
    ];
    const bodies: unknown[] = [customBody("2"), { ...customBody("3"), token: TOKEN }, `{"token": "${TOKEN}", `, TOKEN];
    const answers: string[] = [];
    for (const path of paths) {
      for (const body of bodies) {
        const { text, headers } = await installed.post(path, body, { headers: bearer });
        answers.push(text, JSON.stringify([...headers]));
      }
    }
    await sink.waitFor(1);
    takesMail = false;
    await installed.post(hookPath("app"), customBody("4"));
    await waitFor(
      () => Promise.resolve(installed.pod.output()),
      (output) => output.includes("notice could not be sent"),
      { timeoutMs: 20_000, what: "the refused mail in the log" },
    );
    const account = await readFile(
      join(installed.folder, "var/run/secrets/kubernetes.io/serviceaccount/token"),
      "utf8",
    );
    await logWritten();
    const places: Readonly<Record<string, string>> = {
      answers: answers.join("\n"),
      log: installed.pod.output(),
      configMaps: await cluster().kubectl(["get", "configmaps", "-n", installed.namespace, "-o", "json"]),
      workloads: await cluster().kubectl(["get", "deployments,pods", "-n", installed.web, "-o", "json"]),
      deployment: await cluster().kubectl(["get", "deployments", "-n", installed.namespace, "-o", "json"]),
      events: await cluster().kubectl(["get", "events", "-A", "-o", "json"]),
      mails: sink.mails.map(({ raw }) => raw).join("\n"),
      audit: await readFile(cluster().auditLog, "utf8"),
    };
    assert.ok(
      Object.values(places).every((text) => text.length > 100),
      "each place holds something",
    );
    for (const [place, text] of Object.entries(places)) {
      for (const [name, secret] of Object.entries({ token: TOKEN, password: PASSWORD, account: account.trim() })) {
        assert.equal(text.includes(secret), false, `the ${name} stands in the ${place}`);
        assert.equal(
          text.includes(Buffer.from(secret).toString("base64")),
          false,
          `the ${name} stands in the ${place}, in base64`,
        );
      }
    }
  });
});
