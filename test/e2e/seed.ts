/** A hook as the first seed's document prints it, with its values filled in. */
export const seedHook = (values: {
  readonly id: string;
  readonly token: string;
  readonly namespace: string;
  readonly workload: string;
  readonly container: string;
  readonly mailTo?: string;
  readonly environment?: readonly object[];
}): object => ({
  id: values.id,
  "execute-command": "/webhooks.sh",
  "command-working-directory": "/home",
  "response-message": "I got the payload!",
  "include-command-output-in-response": true,
  "include-command-output-in-response-on-error": true,
  "trigger-rule-mismatch-http-response-code": 500,
  "response-headers": [{ name: "Access-Control-Allow-Origin", value: "*" }],
  "pass-arguments-to-command": [{ source: "entire-payload" }],
  "pass-environment-to-command": [
    { envname: "APP_NS", source: "url", name: "ns" },
    { envname: "APP_WORKLOAD", source: "url", name: "workload" },
    { envname: "APP_CONTAINER", source: "url", name: "container" },
    { envname: "REPO_TYPE", source: "url", name: "repo_type" },
    { envname: "NET_TYPE", source: "url", name: "net_type" },
    { envname: "MAIL_TO", source: "string", name: values.mailTo ?? "" },
    ...(values.environment ?? []),
  ],
  "trigger-rule": {
    and: [
      isValue("token", values.token),
      isValue("ns", values.namespace),
      isValue("workload", values.workload),
      isValue("container", values.container),
    ],
  },
});

const isValue = (name: string, value: string): object => ({
  match: { type: "value", value, parameter: { source: "url", name } },
});
