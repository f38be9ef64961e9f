import { expect, it } from "vitest";
import type { SnapshotInfo } from "@/shared/evaluating";
import type { Catalog } from "@/shared/experiment";
import { methodLabel, setName } from "./runNames";

const catalog = { methods: [{ id: "dm", label: "Distribution matching (DM)" }] } as unknown as Catalog;
const info = { method: "dm", datasetName: "MNIST", ipc: 10, iteration: 1000 } as SnapshotInfo;

it("names a set by its method's label, and by the id where there is none", () => {
  expect(setName(catalog, info)).toBe("Distribution matching (DM) · MNIST · IPC 10 · iteration 1,000");
  expect(setName(null, info)).toBe("dm · MNIST · IPC 10 · iteration 1,000");
  expect(methodLabel(catalog, "gone")).toBe("gone");
});
