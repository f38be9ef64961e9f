import { expect, it } from "vitest";
import type { WebFile } from "@/shared/webImport";
import { bytesOf, configsOf, partsOf } from "./offerParts";

const file = (name: string, bytes: number | null, part?: WebFile["part"]): WebFile => ({
  url: `https://example.org/${name}`,
  name,
  bytes,
  version: null,
  ...(part && { part }),
});

it("offers the splits of one configuration, each with all its shards, and files by name", () => {
  const files = [
    file("a", 1, { config: "plain", split: "train" }),
    file("b", 2, { config: "plain", split: "train" }),
    file("c", 4, { config: "plain", split: "test" }),
    file("d", 8, { config: "other", split: "train" }),
    file("e.zip", null),
  ];
  expect(configsOf(files)).toEqual(["plain", "other"]);
  const parts = partsOf(files, "plain");
  expect(parts.map(({ label, bytes }) => [label, bytes])).toEqual([
    ["train", 3],
    ["test", 4],
    ["e.zip", null],
  ]);
  expect(bytesOf(parts)).toBeNull();
  expect(bytesOf(parts.slice(0, 2))).toBe(7);
});
