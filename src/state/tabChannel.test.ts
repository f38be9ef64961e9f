import { describe, expect, it } from "vitest";
import { heardMessage } from "./tabChannel";

const good = { version: 1, from: "a", build: "1", kind: "keeps", to: "b", reason: "busy" };

describe("heardMessage", () => {
  it("gives the known fields of a message, and whether its build is this one", () => {
    expect(heardMessage({ ...good, more: 1 }, "1")).toEqual({
      kind: "keeps",
      from: "a",
      to: "b",
      reason: "busy",
      isSameBuild: true,
    });
    expect(heardMessage({ ...good, build: "2" }, "1")).toMatchObject({ isSameBuild: false });
  });

  it.each([
    null,
    "hello",
    7,
    {},
    { ...good, version: 2 },
    { ...good, from: 3 },
    { ...good, kind: "unknown" },
    { ...good, kind: "constructor" },
    { ...good, reason: 5 },
    { version: 1, from: "a", build: "1", kind: "shown", stores: null },
    { version: 1, from: "a", build: "1", kind: "shown" },
  ])("does not hear %j", (data) => expect(heardMessage(data, "1")).toBeNull());
});
