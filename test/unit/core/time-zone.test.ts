import assert from "node:assert/strict";
import { instantOf, isTimeZone, offsetMs } from "../../../src/core/time-zone.ts";

const HOUR_MS = 3_600_000;

describe("isTimeZone(name)", () => {
  for (const name of ["UTC", "Asia/Shanghai", "America/Argentina/Buenos_Aires", "+08:00", "-03:30", "Etc/GMT+3"]) {
    it(`knows ${name}`, () => {
      assert.equal(isTimeZone(name), true);
    });
  }

  for (const name of ["", "Asia/Beijing", "China", "+8", "08:00", "+25:00", "UTC+8", " UTC", "x".repeat(1_000)]) {
    it(`does not know "${name.slice(0, 20)}"`, () => {
      assert.equal(isTimeZone(name), false);
    });
  }
});

describe("offsetMs(timeZone, atMs)", () => {
  const cases = [
    ["UTC", "2026-07-01T00:00:00Z", 0],
    ["Asia/Shanghai", "2026-07-01T00:00:00Z", 8],
    ["Asia/Kathmandu", "2026-07-01T00:00:00Z", 5.75],
    ["America/St_Johns", "2026-01-01T00:00:00Z", -3.5],
    ["-00:30", "2026-01-01T00:00:00Z", -0.5],
    ["Europe/Berlin", "2026-03-29T00:59:59Z", 1],
    ["Europe/Berlin", "2026-03-29T01:00:00Z", 2],
  ] as const;
  for (const [timeZone, at, hours] of cases) {
    it(`is ${String(hours)} hours in ${timeZone} at ${at}`, () => {
      assert.equal(offsetMs(timeZone, Date.parse(at)), hours * HOUR_MS);
    });
  }
});

describe("instantOf(timeZone, localMs)", () => {
  const cases = [
    { what: "a time", zone: "Asia/Shanghai", local: "2026-11-22T07:30:15.250", is: "2026-11-21T23:30:15.250Z" },
    { what: "a time of a distance", zone: "-03:30", local: "2026-11-22T23:00:00", is: "2026-11-23T02:30:00.000Z" },
    {
      what: "the last before a jump",
      zone: "Europe/Berlin",
      local: "2026-03-29T01:59:59.999",
      is: "2026-03-29T00:59:59.999Z",
    },
    { what: "one left out", zone: "Europe/Berlin", local: "2026-03-29T02:30:00", is: "2026-03-29T01:00:00.000Z" },
    {
      what: "the first after a jump",
      zone: "Europe/Berlin",
      local: "2026-03-29T03:00:00",
      is: "2026-03-29T01:00:00.000Z",
    },
    { what: "one shown twice", zone: "Europe/Berlin", local: "2026-10-25T02:30:00", is: "2026-10-25T00:30:00.000Z" },
    {
      what: "the first shown once again",
      zone: "Europe/Berlin",
      local: "2026-10-25T03:00:00",
      is: "2026-10-25T02:00:00.000Z",
    },
    {
      what: "one left out in the west",
      zone: "America/New_York",
      local: "2026-03-08T02:00:00",
      is: "2026-03-08T07:00:00.000Z",
    },
    {
      what: "one shown twice in the west",
      zone: "America/New_York",
      local: "2026-11-01T01:59:00",
      is: "2026-11-01T05:59:00.000Z",
    },
    {
      what: "one of a half hour left out",
      zone: "Australia/Lord_Howe",
      local: "2026-10-04T02:15:00",
      is: "2026-10-03T15:30:00.000Z",
    },
    {
      what: "one of a half hour shown twice",
      zone: "Australia/Lord_Howe",
      local: "2026-04-05T01:45:00",
      is: "2026-04-04T14:45:00.000Z",
    },
    {
      what: "one of a day left out",
      zone: "Pacific/Apia",
      local: "2011-12-30T12:00:00",
      is: "2011-12-30T10:00:00.000Z",
    },
    { what: "midnight left out", zone: "Africa/Cairo", local: "2026-04-24T00:00:00", is: "2026-04-23T22:00:00.000Z" },
  ];
  for (const { what, zone, local, is } of cases) {
    it(`finds ${what}: ${local} ${zone}`, () => {
      assert.equal(new Date(instantOf(zone, Date.parse(`${local}Z`))).toISOString(), is);
    });
  }
});
