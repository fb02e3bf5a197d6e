/** The namespace of the benches: workloads, state objects and service account. */
export const NAMESPACE = "imagehook-bench";
/** The service account of both sides, so that the API server checks the same rights for both. */
export const SERVICE_ACCOUNT = "imagehook";
/** The container of each workload. */
export const CONTAINER = "web";

/** The tag of a push; all tags are equally long. Push 0 is what a workload is created with. */
export const tagOf = (push: number): string => `v${String(push).padStart(7, "0")}`;

/** The image of a push. */
export const imageOf = (push: number): string => `registry.cn-hangzhou.aliyuncs.com/acme/website:${tagOf(push)}`;

/** The digest of a push. */
export const digestOf = (push: number): string => `sha256:${String(push).padStart(64, "0")}`;

/** When all pushes were made, as the state says it. */
export const PUSHED_AT = "2026-11-02T04:25:46.000Z";
