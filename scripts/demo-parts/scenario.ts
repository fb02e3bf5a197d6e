import { createHash } from "node:crypto";

/** What one push says besides the repository. */
interface PushFacts {
  readonly tag: string;
  readonly digest: string;
  readonly pushedAt: string;
}

/** The names and the registry of one demo. */
export interface Scenario {
  readonly releaseNamespace: string;
  readonly webNamespace: string;
  readonly repoType: "aliyun" | "dockerhub";
  readonly repository: string;
  readonly firstTag: string;
  readonly tag: string;
  /** How long a rollout may go without progress. */
  readonly progressDeadlineSeconds: number;
  readonly podAnnotations: Readonly<Record<string, string>>;
  /** The registry's body as JSON text. */
  readonly bodyOf: (facts: PushFacts) => string;
  readonly clock: (now: Date) => string;
  /** The same as a shell command. */
  readonly clockCommand: string;
}

const CHINA_OFFSET_MS = 8 * 3_600_000;

/** An image of Aliyun's registry on a control plane of the demo's own, whose pods take a second to start. */
export function aliyunScenario(tag: string | null): Scenario {
  return {
    releaseNamespace: "imagehook",
    webNamespace: "web",
    repoType: "aliyun",
    repository: "registry.cn-hangzhou.aliyuncs.com/acme/website",
    firstTag: "v1",
    tag: tag ?? "v2",
    progressDeadlineSeconds: 15,
    podAnnotations: { "imagehook.test/ready-after": "1s" },
    bodyOf: aliyunBody,
    clock: (now) => new Date(now.getTime() + CHINA_OFFSET_MS).toISOString().slice(0, 19).replace("T", " "),
    clockCommand: "TZ=CST-8 date '+%Y-%m-%d %H:%M:%S'",
  };
}

/** A public image of Docker Hub, which a real node can pull, on the user's own cluster. */
export function dockerHubScenario(tag: string | null): Scenario {
  return {
    releaseNamespace: "imagehook-demo",
    webNamespace: "imagehook-demo-web",
    repoType: "dockerhub",
    repository: "nginx",
    firstTag: "1.28",
    tag: tag ?? "1.29",
    progressDeadlineSeconds: 120,
    podAnnotations: {},
    bodyOf: dockerHubBody,
    clock: (now) => String(Math.floor(now.getTime() / 1000)),
    clockCommand: "date +%s",
  };
}

function aliyunBody({ tag, digest, pushedAt }: PushFacts): string {
  const repository = {
    date_created: "2026-01-05 13:47:43",
    name: "website",
    namespace: "acme",
    region: "cn-hangzhou",
    repo_authentication_type: "NO_CERTIFIED",
    repo_full_name: "acme/website",
    repo_origin_type: "NO_CERTIFIED",
    repo_type: "PUBLIC",
  };
  return JSON.stringify({ push_data: { digest, pushed_at: pushedAt, tag }, repository }, null, 2);
}

function dockerHubBody({ tag, pushedAt }: PushFacts): string {
  const repository = {
    status: "Active",
    repo_url: "https://hub.docker.com/_/nginx",
    owner: "library",
    is_official: true,
    is_private: false,
    name: "nginx",
    namespace: "library",
    repo_name: "library/nginx",
  };
  const pushData = { pushed_at: pushedAt, images: [], tag, pusher: "ops" };
  const body = JSON.stringify({ push_data: pushData, callback_url: "", repository }, null, 2);
  // A number in Docker Hub's bodies, which may also be a shell variable here.
  return body.replace(`"${pushedAt}"`, pushedAt);
}

/** The body of a push of the scenario's tag, now. */
export function bodyNow({ tag, repository, bodyOf, clock }: Scenario): string {
  const digest = `sha256:${createHash("sha256").update(`${repository}:${tag}`).digest("hex")}`;
  return bodyOf({ tag, digest, pushedAt: clock(new Date()) });
}

// For machines without curl.
const POST_BY_NODE = `const [url, body] = process.argv.slice(1);
    fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body })
      .then(async (answer) => console.log(answer.status, answer.statusText, await answer.text()));`;

/** A shell script that sends a push of the tag that it is given, as the registry would. */
export function pushScript({ repository, bodyOf, clockCommand }: Scenario, urlFile: string): string {
  return `# Tells imagehook that a tag was pushed, as the registry would: push.sh TAG
tag=\${1:?usage: push.sh TAG}
pushed_at=$(${clockCommand})
digest=sha256:$(printf %s "${repository}:$tag" | sha256sum | cut -c 1-64)
url=$(cat ${urlFile})
body=$(cat <<END
${bodyOf({ tag: "$tag", digest: "$digest", pushedAt: "$pushed_at" })}
END
)
if command -v curl >/dev/null; then
  printf %s "$body" | curl -sS -i -H 'content-type: application/json' -d @- "$url"
  echo
else
  node -e '${POST_BY_NODE}' "$url" "$body"
fi
`;
}
