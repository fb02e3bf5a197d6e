import assert from "node:assert/strict";
import {
  allowed,
  defaulter,
  denied,
  mutatingChain,
  patched,
  reviewFor,
  statusError,
  testReview,
  validatingChain,
  validator,
  withAuditAnnotations,
  type AdmissionRequest,
} from "../../../../src/admission.ts";

const KIND = { group: "foo.test.org", version: "v1", kind: "Sample" };

// The objects of controller-runtime's own tests, which lack apiVersion and kind as embedded objects do.
interface Sample {
  labels?: Record<string, string>;
  replica?: number;
  totalReplicas?: number;
  panic?: boolean;
}

const complete = (object: Sample): undefined => {
  object.labels ??= {};
  object.labels["foo"] = "bar";
  if ((object.replica ?? 0) < 2) object.replica = 2;
  // Go leaves a zero out.
  delete object.totalReplicas;
};

const INPUT = { newField: "foo", totalReplicas: 5 };
const keeping = defaulter<Sample>({ kind: KIND, default: complete });
const removing = defaulter<Sample>({
  kind: KIND,
  default: complete,
  unknownFields: "remove",
  fields: ["labels", "replica", "totalReplicas"],
});

const byPath = (patch: readonly { readonly path: string }[]): readonly object[] =>
  [...patch].sort((a, b) => (a.path < b.path ? -1 : 1));

describe("defaulter(options)", () => {
  const ADDED = [
    { op: "add", path: "/labels", value: { foo: "bar" } },
    { op: "add", path: "/replica", value: 2 },
  ];
  it("completes an object and keeps the fields that it does not know", async () => {
    const { patch } = await testReview(keeping, reviewFor(INPUT).create());
    assert.deepEqual(byPath(patch), [...ADDED, { op: "remove", path: "/totalReplicas" }]);
  });

  it("removes the fields that it does not know where it is asked to", async () => {
    const { patch } = await testReview(removing, reviewFor(INPUT).create());
    const [labels, replica] = ADDED;
    const removed = ["/newField", "/totalReplicas"].map((path) => ({ op: "remove", path }));
    assert.deepEqual(byPath(patch), [labels, removed[0], replica, removed[1]]);
  });

  it("only removes what is zero from what is complete", async () => {
    const object = { labels: { foo: "bar" }, replica: 2, totalReplicas: 0 };
    const { patch } = await testReview(removing, reviewFor(object).update(object));
    assert.deepEqual(patch, [{ op: "remove", path: "/totalReplicas" }]);
  });

  it("patches nothing where nothing changes, and takes an object that it is given back", async () => {
    const same = defaulter<Sample>({ kind: KIND, default: (object) => ({ ...object }) });
    const { patch, allowed: isAllowed, code } = await testReview(same, reviewFor({ replica: 1 }).create());
    assert.deepEqual([patch, isAllowed, code], [[], true, 200]);
  });

  for (const operation of ["delete", "connect"] as const)
    it(`lets ${operation} through`, async () => {
      const { allowed: isAllowed, patch } = await testReview(keeping, reviewFor({})[operation]());
      assert.deepEqual([isAllowed, patch], [true, []]);
    });

  for (const operation of ["", "PATCH", "constructor"])
    it(`refuses the operation ${JSON.stringify(operation)}`, async () => {
      const request = { ...reviewFor({}).create(), operation };
      for (const handler of [keeping, validator<Sample>({ kind: KIND })]) {
        const { code, message } = await testReview(handler, request);
        assert.deepEqual([code, message], [400, `unknown operation ${JSON.stringify(operation)}`]);
      }
    });

  it("refuses with what default throws", async () => {
    const throwing = (error: unknown) =>
      defaulter<Sample>({
        kind: KIND,
        default: () => {
          throw error;
        },
      });
    const plain = await testReview(throwing(new Error("no")), reviewFor({}).create());
    assert.deepEqual([plain.code, plain.reason, plain.message], [403, "Forbidden", "no"]);
    const status = statusError({ code: 409, reason: "Conflict", message: "taken" });
    const conflict = await testReview(throwing(status), reviewFor({}).create());
    assert.deepEqual([conflict.code, conflict.reason], [409, "Conflict"]);
  });

  it("refuses an object of another kind, and what is no object", async () => {
    const other = await testReview(keeping, reviewFor({ apiVersion: "v1", kind: "Pod" }).create());
    assert.deepEqual([other.code, other.message], [400, "expected foo.test.org/v1, Kind=Sample, got v1, Kind=Pod"]);
    const broken = defaulter<Sample>({ kind: KIND, default: () => [] as unknown as Sample });
    assert.equal((await testReview(broken, reviewFor({}).create())).message, "default returned no object");
    const empty = { ...reviewFor({}).create(), object: null };
    assert.equal((await testReview(keeping, empty)).message, "there is no content to decode");
  });

  it("does not take `remove` without the names of the fields", () => {
    assert.throws(
      () => defaulter<Sample>({ kind: KIND, default: complete, unknownFields: "remove" }),
      /defaulter of Sample: unknownFields "remove" needs fields/,
    );
  });
});

const judge = validator<Sample>({
  kind: KIND,
  create: ({ replica = 0, panic }) => {
    if (panic === true) throw new Error("fake panic test");
    if (replica < 1) throw new Error("replica must be 1 at least");
    return replica > 10 ? ["replica is large"] : undefined;
  },
  update: async ({ replica = 0 }, { replica: before = 0 }) => {
    await Promise.resolve();
    if (replica < before) throw statusError({ code: 422, reason: "Invalid", message: "replica may not shrink" });
    return [];
  },
  delete: ({ replica = 0 }) => {
    if (replica > 0) throw new Error("still in use");
    return undefined;
  },
});

describe("validator(options)", () => {
  const of = (replica: number): ReturnType<typeof reviewFor> => reviewFor({ replica });
  const rows: readonly { when: string; request: AdmissionRequest; answer: readonly [boolean, number, string] }[] = [
    { when: "a creation", request: of(1).create(), answer: [true, 200, ""] },
    { when: "a creation that is wrong", request: of(0).create(), answer: [false, 403, "replica must be 1 at least"] },
    { when: "an update", request: of(1).update({ replica: 1 }), answer: [true, 200, ""] },
    {
      when: "an update that is wrong",
      request: of(1).update({ replica: 2 }),
      answer: [false, 422, "replica may not shrink"],
    },
    { when: "a deletion, by the old object", request: of(0).delete(), answer: [true, 200, ""] },
    { when: "a deletion that is wrong", request: of(1).delete(), answer: [false, 403, "still in use"] },
    { when: "a connection", request: of(0).connect(), answer: [true, 200, ""] },
    {
      when: "another kind",
      request: reviewFor({ apiVersion: "foo.test.org/v2", kind: "Sample" }).create(),
      answer: [false, 400, "expected foo.test.org/v1, Kind=Sample, got foo.test.org/v2, Kind=Sample"],
    },
  ];
  for (const { when, request, answer } of rows)
    it(`judges ${when}`, async () => {
      const { allowed: isAllowed, code, message } = await testReview(judge, request);
      assert.deepEqual([isAllowed, code, message], answer);
    });

  it("warns", async () => {
    const { allowed: isAllowed, warnings } = await testReview(judge, of(11).create());
    assert.deepEqual([isAllowed, warnings], [true, ["replica is large"]]);
  });

  it("allows what it has no function for, without a look at the object", async () => {
    const nothing = validator<Sample>({ kind: KIND });
    const pod = reviewFor({ apiVersion: "v1", kind: "Pod" });
    for (const request of [pod.create(), pod.update({}), pod.delete()])
      assert.equal((await testReview(nothing, request)).allowed, true);
  });

  it("says which operations it is for", () => {
    assert.deepEqual(judge.handles, { kind: KIND, operations: ["CREATE", "UPDATE", "DELETE"] });
    assert.deepEqual(validator<Sample>({ kind: KIND, create: () => [] }).handles?.operations, ["CREATE"]);
    assert.deepEqual(keeping.handles, { kind: KIND, operations: ["CREATE", "UPDATE"] });
  });
});

describe("mutatingChain(…), validatingChain(…)", () => {
  const label = (name: string) =>
    defaulter<{ metadata: { labels?: Record<string, string> } }>({
      kind: KIND,
      default: (object) => {
        (object.metadata.labels ??= {})[name] = "yes";
        return undefined;
      },
    });

  it("hand the object on as it was changed", async () => {
    const { object } = await testReview(mutatingChain(label("a"), label("b")), reviewFor({ metadata: {} }).create());
    assert.deepEqual(object, { metadata: { labels: { a: "yes", b: "yes" } } });
  });

  it("say which handler's patch does not apply", async () => {
    const wrong = mutatingChain(label("a"), () => patched("", { op: "remove", path: "/nothing" }));
    const { code, message } = await testReview(wrong, reviewFor({ metadata: {} }).create());
    assert.equal(code, 500);
    assert.match(message, /^handler 1 of the chain: operation 0 \(remove \/nothing\) does not apply/);
  });

  it("add audit annotations up", async () => {
    const noted = (key: string) => () => withAuditAnnotations(allowed(), { [key]: "v" });
    for (const chain of [mutatingChain(noted("a"), noted("b")), validatingChain(noted("a"), noted("b"))]) {
      const { auditAnnotations } = await testReview(chain, reviewFor({}).create());
      assert.deepEqual(auditAnnotations, { a: "v", b: "v" });
    }
  });

  it("find no object to patch in a deletion", async () => {
    const chain = mutatingChain(() => patched("", { op: "add", path: "/a", value: 1 }));
    const { code } = await testReview(chain, reviewFor({}).delete());
    assert.equal(code, 500);
  });
});

describe("testReview(handler, request)", () => {
  it("rejects where the API server would not apply the patch", async () => {
    const wrong = () => patched("", { op: "add", path: "/metadata/labels/x", value: "1" } as const);
    await assert.rejects(
      testReview(wrong, reviewFor({}).create()),
      /the API server would refuse the patch: operation 0 \(add \/metadata\/labels\/x\)/,
    );
  });

  it("hands a client on, and reads kind, name and namespace off the object", async () => {
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop" } };
    const seen: unknown[] = [];
    const handler = (request: AdmissionRequest, { client }: { client: number }) => {
      seen.push(client, request.kind, request.name, request.namespace, request.resource.resource, request.dryRun);
      return denied("no");
    };
    const { reason } = await testReview(handler, reviewFor(pod).create({ dryRun: true }), { client: 7 });
    assert.equal(reason, "Forbidden");
    assert.deepEqual(seen, [7, { group: "", version: "v1", kind: "Pod" }, "web", "shop", "pods", true]);
  });
});
