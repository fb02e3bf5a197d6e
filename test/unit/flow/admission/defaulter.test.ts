import assert from "node:assert/strict";
import { z } from "zod";
import { reviewFor } from "../../../../src/core/admission/review-for.ts";
import { statusError } from "../../../../src/core/admission/status-error.ts";
import { defaulter, type DefaulterOptions } from "../../../../src/flow/admission/defaulter.ts";
import { testReview } from "../../../../src/flow/admission/test-client.ts";

// controller-runtime's own table (defaulter_custom_test.go): a type of three fields, and an object with a fourth.
interface Defaulted {
  labels?: Record<string, string>;
  replica?: number;
  totalReplicas?: number;
}

const kind = { group: "foo.test.org", version: "v1", kind: "TestDefaulter" };

const schema = z.object({
  labels: z.record(z.string(), z.string()).exactOptional(),
  replica: z.number().exactOptional(),
  totalReplicas: z.number().exactOptional(),
});

function setAll(object: Defaulted): void {
  object.labels = { foo: "bar", ...object.labels };
  object.replica = Math.max(2, object.replica ?? 0);
  // There, a number of 0 is left out when it is printed.
  delete object.totalReplicas;
}

const decode = (object: object): Defaulted => schema.parse(object);

const table: readonly {
  readonly when: string;
  readonly options: Partial<DefaulterOptions<Defaulted>>;
  readonly object: object;
  readonly patch: readonly object[];
}[] = [
  {
    when: "keeps unknown fields unless told otherwise",
    options: { decode },
    object: { newField: "foo", totalReplicas: 5 },
    patch: [
      { op: "remove", path: "/totalReplicas" },
      { op: "add", path: "/labels", value: { foo: "bar" } },
      { op: "add", path: "/replica", value: 2 },
    ],
  },
  {
    when: "keeps unknown fields where nothing decodes",
    options: {},
    object: { newField: "foo", totalReplicas: 5 },
    patch: [
      { op: "remove", path: "/totalReplicas" },
      { op: "add", path: "/labels", value: { foo: "bar" } },
      { op: "add", path: "/replica", value: 2 },
    ],
  },
  {
    when: "removes unknown fields where it is told to",
    options: { decode, unknownFields: "remove" },
    object: { newField: "foo", totalReplicas: 5 },
    patch: [
      { op: "remove", path: "/newField" },
      { op: "remove", path: "/totalReplicas" },
      { op: "add", path: "/labels", value: { foo: "bar" } },
      { op: "add", path: "/replica", value: 2 },
    ],
  },
  {
    when: "changes nothing else of an object that has its defaults",
    options: { decode, unknownFields: "remove" },
    object: { labels: { foo: "bar" }, replica: 2, totalReplicas: 0 },
    patch: [{ op: "remove", path: "/totalReplicas" }],
  },
  {
    when: "makes no patch of an object that has its defaults",
    options: { decode, unknownFields: "keep" },
    object: { labels: { foo: "bar" }, replica: 2, newField: "foo" },
    patch: [],
  },
];

const create = (object: object) => reviewFor(object).create({ kind });
const setNothing = (): void => undefined;

describe("defaulter({ kind, default, decode, unknownFields })", () => {
  for (const { when, options, object, patch } of table)
    it(when, async () => {
      const tested = await testReview(defaulter<Defaulted>({ kind, default: setAll, ...options }), create(object));
      assert.deepEqual([tested.allowed, tested.code, tested.patch], [true, 200, patch]);
    });

  it("changes nothing more when it is called again", async () => {
    const handler = defaulter<Defaulted>({ kind, default: setAll, decode });
    const { object } = await testReview(handler, create({ newField: "foo", totalReplicas: 5 }));
    const { patch } = await testReview(handler, create(object ?? {}));
    assert.deepEqual(patch, []);
  });

  it("takes an object that is returned for the one that was given, also later", async () => {
    const handler = defaulter<Defaulted>({
      kind,
      default: (object) => Promise.resolve({ ...object, replica: 3 }),
    });
    const { object } = await testReview(handler, create({ replica: 1 }));
    assert.deepEqual(object, { replica: 3 });
  });

  it("leaves out what is undefined, as JSON does", async () => {
    const handler = defaulter<{ a?: number | undefined; list?: unknown[] }>({
      kind,
      default: (object) => {
        object.a = undefined;
        object.list = [undefined, new Date(0)];
      },
    });
    const { patch } = await testReview(handler, create({ a: 1 }));
    assert.deepEqual(patch, [
      { op: "remove", path: "/a" },
      { op: "add", path: "/list", value: [null, "1970-01-01T00:00:00.000Z"] },
    ]);
  });

  it("gives a copy, so that the request stays as it came", async () => {
    const request = create({ labels: { a: "b" } });
    const handler = defaulter<Defaulted>({
      kind,
      default: (object, given) => {
        setAll(object);
        assert.deepEqual(given.object, { labels: { a: "b" } });
      },
    });
    const { object } = await testReview(handler, request);
    assert.deepEqual(object, { labels: { foo: "bar", a: "b" }, replica: 2 });
  });

  it("gives a decoder a copy as well", async () => {
    const greedy = (object: object): Defaulted => {
      const given = object as Defaulted & { newField?: string };
      delete given.newField;
      return given;
    };
    const handler = defaulter<Defaulted>({ kind, decode: greedy, default: setNothing, unknownFields: "remove" });
    const { patch } = await testReview(handler, create({ newField: "foo", replica: 2 }));
    assert.deepEqual(patch, [{ op: "remove", path: "/newField" }]);
  });

  it("gives the request and the context", async () => {
    const seen: unknown[] = [];
    const handler = defaulter<Defaulted, string>({
      kind,
      default: (_, { userInfo }, { client, signal }) => {
        seen.push(userInfo.username, client, signal.aborted);
      },
    });
    await testReview(handler, reviewFor({}).create({ kind, userInfo: { username: "ada" } }), { client: "a client" });
    assert.deepEqual(seen, ["ada", "a client", false]);
  });

  const refusals: readonly {
    readonly when: string;
    readonly options: Partial<DefaulterOptions<Defaulted>>;
    readonly object?: object;
    readonly told: readonly [number, string, RegExp];
  }[] = [
    {
      when: "default throws",
      options: { default: () => Promise.reject(new Error("replica must be even")) },
      told: [403, "Forbidden", /^replica must be even$/],
    },
    {
      when: "default throws a status",
      options: {
        default: () => {
          throw statusError({ code: 409, reason: "Conflict", message: "taken" });
        },
      },
      told: [409, "Conflict", /^taken$/],
    },
    {
      when: "decode throws",
      options: { decode },
      object: { replica: "two" },
      told: [400, "", /expected number/],
    },
    {
      when: "decode throws a status",
      options: {
        decode: () => {
          throw statusError({ code: 422, reason: "Invalid", message: "replica: must be a number" });
        },
      },
      told: [422, "Invalid", /^replica: must be a number$/],
    },
    {
      when: "the object is of another kind",
      options: {},
      object: { apiVersion: "v1", kind: "Pod" },
      told: [400, "", /^expected foo\.test\.org\/v1, Kind=TestDefaulter, got v1, Kind=Pod$/],
    },
    {
      when: "a list is returned",
      options: { default: () => [] as Defaulted },
      told: [500, "", /^default of TestDefaulter returned no object$/],
    },
    {
      when: "decode returns nothing",
      options: { decode: () => JSON.parse("null") as Defaulted },
      told: [500, "", /^decode of TestDefaulter returned no object$/],
    },
    {
      when: "decode returns what is not there",
      options: { decode: () => (({}) as { a: Defaulted }).a },
      told: [500, "", /^decode of TestDefaulter returned no object$/],
    },
  ];
  for (const { when, options, object = {}, told } of refusals)
    it(`refuses where ${when}`, async () => {
      const handler = defaulter<Defaulted>({ kind, default: setNothing, ...options });
      const { allowed, code, reason, message, patch } = await testReview(handler, create(object));
      assert.deepEqual([allowed, code, reason, patch], [false, told[0], told[1], []]);
      assert.match(message, told[2]);
    });

  const never = (): never => {
    throw new Error("default was called");
  };
  for (const review of [reviewFor({}).delete({ kind }), reviewFor({}).connect({ kind })])
    it(`allows ${review.operation} without a call`, async () => {
      const { allowed, code, patch } = await testReview(defaulter({ kind, default: never }), review);
      assert.deepEqual([allowed, code, patch], [true, 200, []]);
    });

  for (const operation of ["", "PATCH", "constructor", "x".repeat(50)])
    it(`refuses the operation ${JSON.stringify(operation)}`, async () => {
      const { code, message } = await testReview(defaulter({ kind, default: never }), { ...create({}), operation });
      assert.deepEqual([code, message], [400, `unknown operation "${operation.slice(0, 40)}"`]);
    });

  it("refuses a review without an object", async () => {
    const { code, message } = await testReview(defaulter({ kind, default: never }), { ...create({}), object: null });
    assert.deepEqual([code, message], [400, "there is no content to decode"]);
  });

  it("completes the new object of an UPDATE, which has no kind where it is embedded", async () => {
    const review = reviewFor({ replica: 1 }).update({ replica: 7 }, { kind });
    const { object } = await testReview(defaulter<Defaulted>({ kind, default: setAll }), review);
    assert.deepEqual(object, { labels: { foo: "bar" }, replica: 2 });
  });

  it("is marked with its kind and operations", () => {
    const { list, handles } = defaulter({ kind, default: setNothing });
    assert.deepEqual([list, handles], ["mutating", { kind, operations: ["CREATE", "UPDATE"] }]);
  });

  it("cannot remove what is unknown where nothing says what is known", () => {
    assert.throws(() => defaulter({ kind, default: setNothing, unknownFields: "remove" }), {
      message: 'defaulter of TestDefaulter: unknownFields "remove" needs decode, a function that keeps what is known',
    });
  });
});
