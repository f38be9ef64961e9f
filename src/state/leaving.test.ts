import { beforeEach, expect, it } from "vitest";
import type { DatasetInfo } from "@/shared/dataset";
import { useDatasets } from "./datasets";
import { wouldLoseSomething } from "./leaving";
import { useRun } from "./run";
import { useSnapshots } from "./snapshots";
import { useStorage } from "./storage";
import { useTabs } from "./tabs";

const dataset = { id: "d" } as DatasetInfo;
const images = {} as NonNullable<ReturnType<typeof useRun.getState>["images"]>;
const refused = { name: "UserError", message: "The storage is full.", hint: "" };

beforeEach(() => {
  useRun.setState(useRun.getInitialState());
  useSnapshots.setState(useSnapshots.getInitialState());
  useStorage.setState(useStorage.getInitialState());
  useTabs.setState(useTabs.getInitialState());
  useDatasets.setState({ list: [dataset] });
});

it("a page whose work is stored may go without a question", () => {
  expect(wouldLoseSomething()).toBe(false);
  useRun.setState({ phase: "running", iteration: 7, images });
  expect(wouldLoseSomething()).toBe(false);
  useRun.setState({ phase: "done" });
  useSnapshots.setState({ ofRunId: "s" });
  expect(wouldLoseSomething()).toBe(false);
});

it.each<[string, () => void]>([
  ["a dataset is in memory", () => useDatasets.setState({ list: [{ ...dataset, inMemory: true }] })],
  ["a run goes on that could not be stored", () => useRun.setState({ phase: "running", warning: refused })],
  ["a run has ended and its set is not kept", () => useRun.setState({ phase: "done", iteration: 7, images })],
  ["nothing is stored at all", () => useStorage.setState({ place: "memory" })],
])("it asks when %s, unless another tab holds the work", (_, happen) => {
  happen();
  expect(wouldLoseSomething()).toBe(true);
  useTabs.setState({ role: "viewer" });
  expect(wouldLoseSomething()).toBe(false);
});
