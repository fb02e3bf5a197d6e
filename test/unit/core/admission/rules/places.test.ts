import assert from "node:assert/strict";
import {
  childOf,
  isListKey,
  itemsAt,
  objectAt,
  placesOf,
  printPlace,
  textAt,
  valueAt,
} from "../../../../../src/core/admission/rules/places.ts";

describe("placesOf(root, path)", () => {
  const root = { spec: { replicas: 3, list: [{ a: 1 }, {}], map: { x: 1, y: 2 }, text: "abc" } };
  const cases = [
    { path: ["spec", "replicas"], places: ["spec.replicas=3"] },
    { path: ["spec", "list", "*", "a"], places: ["spec.list[0].a=1", "spec.list[1].a=nothing"] },
    { path: ["spec", "map", "*"], places: ["spec.map.x=1", "spec.map.y=2"] },
    { path: ["spec", "text", "*"], places: [] },
    { path: ["status", "*"], places: [] },
    { path: ["status", "phase"], places: ["status.phase=nothing"] },
    { path: ["spec", "text", "length"], places: ["spec.text.length=nothing"] },
    { path: ["spec", "list", "length"], places: ["spec.list.length=nothing"] },
    { path: ["spec", "list", "01"], places: ['spec.list["01"]=nothing'] },
    { path: ["toString"], places: ["toString=nothing"] },
    { path: [], places: [`the object=${JSON.stringify(root)}`] },
  ];
  for (const { path, places } of cases)
    it(`finds ${places.length === 0 ? "nothing" : places.map((place) => place.slice(0, 40)).join(" and ")}`, () => {
      const found = [...placesOf(root, path)].map(
        ({ keys, value }) => `${printPlace(keys)}=${value === undefined ? "nothing" : JSON.stringify(value)}`,
      );
      assert.deepEqual(found, places);
    });
});

describe("valueAt(root, …keys)", () => {
  const root: unknown = JSON.parse('{"__proto__":{"a":"own"},"list":["x"],"none":null,"map":{"k":"v"}}');
  it("finds a key that looks like a prototype, and none that is inherited", () => {
    assert.equal(valueAt(root, "__proto__", "a"), "own");
    assert.equal(valueAt(root, "map", "__proto__"), undefined);
    assert.equal(valueAt(root, "map", "hasOwnProperty"), undefined);
  });
  it("tells null from nothing", () => {
    assert.equal(valueAt(root, "none"), null);
    assert.equal(valueAt(root, "none", "below"), undefined);
  });
  it("reads texts, lists and objects, empty where there is something else", () => {
    assert.deepEqual([textAt(root, "map", "k"), textAt(root, "list")], ["v", ""]);
    assert.deepEqual([itemsAt(root, "list"), itemsAt(root, "map")], [["x"], []]);
    assert.deepEqual([objectAt(root, "map"), objectAt(root, "list")], [{ k: "v" }, {}]);
  });
  it("takes an index as it is written in a JSON Pointer", () => {
    assert.deepEqual(
      [childOf(["x"], "0"), childOf(["x"], "00"), childOf(["x"], "-"), childOf(["x"], "1")],
      ["x", undefined, undefined, undefined],
    );
    assert.deepEqual(["0", "12", "-", "01", "a"].map(isListKey), [true, true, true, false, false]);
  });
});

describe("printPlace(keys)", () => {
  it("puts keys that are no words in brackets, and cuts long ones", () => {
    assert.equal(
      printPlace(["metadata", "labels", "app.kubernetes.io/name"]),
      'metadata.labels["app.kubernetes.io/name"]',
    );
    assert.ok(printPlace(["a".repeat(1000)]).length < 110);
  });
});
