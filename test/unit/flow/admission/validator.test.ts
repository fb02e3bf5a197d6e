import assert from "node:assert/strict";
import type { AdmissionRequest } from "../../../../src/core/admission/request.ts";
import { reviewFor } from "../../../../src/core/admission/review-for.ts";
import { statusError } from "../../../../src/core/admission/status-error.ts";
import { testReview } from "../../../../src/flow/admission/test-client.ts";
import { validator, type Judgement, type ValidatorOptions } from "../../../../src/flow/admission/validator.ts";

interface Validated {
  readonly replica: number;
}

const kind = { group: "foo.test.org", version: "v1", kind: "TestValidator" };
const uid = "07e52e8d-4513-11e9-a716-42010a800270";

// The validator of controller-runtime's own tests (builder/webhook_test.go).
const judged: ValidatorOptions<Validated> = {
  kind,
  create: ({ replica }) => {
    if (replica < 0) throw new Error("number of replica should be greater than or equal to 0");
  },
  update: ({ replica }, old) => {
    if (replica < 0) throw new Error("number of replica should be greater than or equal to 0");
    if (replica < old.replica) throw new Error(`new replica ${String(replica)} should not be fewer than before`);
  },
  delete: ({ replica }) => {
    if (replica > 0) throw new Error("number of replica should be less than or equal to 0 to delete");
  },
};

const replica = (number: number) => reviewFor({ replica: number });
const table: readonly { readonly when: string; readonly review: AdmissionRequest; readonly message: string }[] = [
  { when: "CREATE of 1", review: replica(1).create({ kind, uid }), message: "" },
  {
    when: "CREATE of -1",
    review: replica(-1).create({ kind, uid }),
    message: "number of replica should be greater than or equal to 0",
  },
  {
    when: "UPDATE of 2 to 1",
    review: replica(1).update({ replica: 2 }, { kind, uid }),
    message: "new replica 1 should not be fewer than before",
  },
  { when: "UPDATE of 1 to 1", review: replica(1).update({ replica: 1 }, { kind, uid }), message: "" },
  {
    when: "DELETE of 1",
    review: replica(1).delete({ kind, uid }),
    message: "number of replica should be less than or equal to 0 to delete",
  },
  { when: "DELETE of 0", review: replica(0).delete({ kind, uid }), message: "" },
  { when: "CONNECT to -1", review: replica(-1).connect({ kind, uid }), message: "" },
];

const never = (): never => {
  throw new Error("a function was called");
};

describe("validator({ kind, create, update, delete })", () => {
  for (const { when, review, message } of table)
    it(`judges ${when}`, async () => {
      const tested = await testReview(validator(judged), review);
      const expected = message === "" ? [true, 200, "", ""] : [false, 403, "Forbidden", message];
      assert.deepEqual([tested.allowed, tested.code, tested.reason, tested.message], expected);
    });

  const pod = reviewFor({ apiVersion: "v1", kind: "Pod" });
  for (const review of [pod.create(), pod.update({}), pod.delete()])
    it(`allows ${review.operation} where nothing judges it, without a look at the object`, async () => {
      const { allowed, code } = await testReview(validator({ kind }), review);
      assert.deepEqual([allowed, code], [true, 200]);
    });

  for (const operation of ["", "PATCH", "toString", "constructor", "create", "x".repeat(50)])
    it(`refuses the operation ${JSON.stringify(operation)}`, async () => {
      const handler = validator({ kind, create: never, update: never, delete: never });
      const { code, message } = await testReview(handler, { ...replica(1).create({ kind }), operation });
      assert.deepEqual([code, message], [400, `unknown operation "${operation.slice(0, 40)}"`]);
    });

  it("gives objects, request and context", async () => {
    const seen: unknown[] = [];
    const handler = validator<Validated, string>({
      kind,
      create: (...given) => void seen.push("create", ...given),
      update: (...given) => void seen.push("update", ...given),
      delete: (...given) => void seen.push("delete", ...given),
    });
    const reviews = [
      replica(1).create({ kind }),
      replica(1).update({ replica: 2 }, { kind }),
      replica(3).delete({ kind }),
    ] as const;
    for (const review of reviews) await testReview(handler, review, { client: "a client" });
    const plain = seen.map((value) =>
      typeof value === "object" && value !== null && "client" in value ? value.client : value,
    );
    assert.deepEqual(plain, [
      ...["create", { replica: 1 }, reviews[0], "a client"],
      ...["update", { replica: 1 }, { replica: 2 }, reviews[1], "a client"],
      ...["delete", { replica: 3 }, reviews[2], "a client"],
    ]);
  });

  const judgements: readonly { readonly when: string; readonly judgement: Judgement; readonly warnings: object }[] = [
    { when: "nothing", judgement: undefined, warnings: [] },
    { when: "an empty list", judgement: [], warnings: [] },
    { when: "a list of texts", judgement: ["one", "two"], warnings: ["one", "two"] },
  ];
  for (const { when, judgement, warnings } of judgements)
    for (const create of [() => judgement, () => Promise.resolve(judgement)])
      it(`allows with warnings where ${when} comes, ${create() instanceof Promise ? "later" : "at once"}`, async () => {
        const tested = await testReview(validator({ kind, create }), replica(1).create({ kind }));
        assert.deepEqual([tested.allowed, tested.warnings], [true, warnings]);
      });

  // As from a program without types, where whoever returns false means a refusal.
  for (const judgement of [false, true, "no", { allowed: false }, [1]] as readonly unknown[])
    it(`refuses where ${JSON.stringify(judgement)} is returned`, async () => {
      const create = (): Judgement => judgement as Judgement;
      const { allowed, code, message } = await testReview(validator({ kind, create }), replica(1).create({ kind }));
      assert.deepEqual([allowed, code], [false, 500]);
      assert.match(message, /^the validator returned no list of warnings: throw an error to refuse/);
    });

  const invalid = { code: 422, reason: "Invalid", message: "replica: taken", details: { kind: "TestValidator" } };
  const throwing: readonly {
    readonly when: string;
    readonly create: () => never;
    readonly told: readonly unknown[];
  }[] = [
    {
      when: "a status",
      create: () => {
        throw statusError(invalid);
      },
      told: [422, "Invalid", "replica: taken"],
    },
    {
      when: "a status without a code",
      create: () => {
        throw statusError({ message: "replica: taken" });
      },
      told: [403, "", "replica: taken"],
    },
    {
      when: "what is no error",
      create: () => {
        const thrown: unknown = "a text";
        throw thrown;
      },
      told: [403, "Forbidden", "a text"],
    },
  ];
  for (const { when, create, told } of throwing)
    it(`refuses with ${when} that is thrown`, async () => {
      const tested = await testReview(validator({ kind, create }), replica(1).create({ kind }));
      assert.deepEqual([tested.allowed, tested.code, tested.reason, tested.message], [false, ...told]);
    });

  it("answers the details of a status that is thrown", async () => {
    const handler = validator({ kind, create: () => Promise.reject(statusError(invalid)) });
    const answered: unknown[] = [];
    await testReview(async (request, context) => {
      const response = await handler(request, context);
      answered.push(response.status);
      return response;
    }, replica(1).create({ kind }));
    assert.deepEqual(answered, [invalid]);
  });

  const own = { apiVersion: "foo.test.org/v1", kind: "TestValidator" };
  it("takes an object that says that it is of this kind", async () => {
    const { allowed } = await testReview(validator(judged), reviewFor({ ...own, replica: 1 }).create());
    assert.equal(allowed, true);
  });

  for (const [when, other] of Object.entries({
    "of another kind": { ...own, kind: "Pod" },
    "of another version": { ...own, apiVersion: "foo.test.org/v2" },
    "of another group": { ...own, apiVersion: "v1" },
    "with a kind alone": { kind: "TestValidator" },
  }))
    it(`refuses an object ${when}, old ones too`, async () => {
      const handler = validator({ kind, create: never, update: never, delete: never });
      const reviews = [
        reviewFor(other).create({ kind }),
        reviewFor(other).update(own, { kind }),
        reviewFor(own).update(other, { kind }),
        reviewFor(other).delete({ kind }),
      ];
      for (const review of reviews) {
        const { code, message } = await testReview(handler, review);
        assert.equal(code, 400);
        assert.match(message, /^expected foo\.test\.org\/v1, Kind=TestValidator, got /);
      }
    });

  it("refuses a review without the object that is to be judged", async () => {
    const handler = validator({ kind, create: never, update: never, delete: never });
    const full = replica(1);
    for (const review of [
      { ...full.create({ kind }), object: null },
      { ...full.update({}, { kind }), oldObject: null },
      { ...full.delete({ kind }), oldObject: null },
    ]) {
      const { code, message } = await testReview(handler, review);
      assert.deepEqual([code, message], [400, "there is no content to decode"]);
    }
  });

  it("is marked with its kind and the operations that it judges", () => {
    const { list, handles } = validator<Validated>({ kind, create: () => [], delete: () => [] });
    assert.deepEqual([list, handles], ["validating", { kind, operations: ["CREATE", "DELETE"] }]);
  });
});
