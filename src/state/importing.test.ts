import { beforeEach, describe, expect, it, vi } from "vitest";
import type { DatasetInfo } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type { ImportChoices, ImportPlan, ImportProgress, ImportResult } from "@/shared/importing";
import type { SetPlan } from "@/shared/openingSets";
import { provideCommands, type Commands } from "./commands";
import { useDatasets } from "./datasets";
import { useImporting } from "./importing";
import { useSnapshots } from "./snapshots";

const dataset = { id: "d1", name: "pets", source: "imageZip", createdAt: 1 } as DatasetInfo;
const plan = { name: "pets" } as ImportPlan;
const progress = { phase: "decoding", done: 5 } as ImportProgress;
const aborted = Object.assign(new Error("aborted"), { name: "AbortError" });

const data = {
  isExport: vi.fn(() => Promise.resolve(false)),
  openExport: vi.fn(),
  inspectSet: vi.fn<() => Promise<SetPlan | null>>(() => Promise.resolve(null)),
  openSet: vi.fn(),
  inspectFiles: vi.fn(),
  importFiles: vi.fn<(choices: ImportChoices, on: (p: ImportProgress) => void) => Promise<ImportResult>>(),
  importSample: vi.fn(),
  cancelImport: vi.fn(() => Promise.resolve()),
  datasetReport: vi.fn(() => Promise.resolve(null)),
  datasetPreview: vi.fn(() => Promise.resolve(null)),
};
const choices = { name: "pets" } as ImportChoices;
const phase = () => useImporting.getState().phase.kind;

beforeEach(() => {
  vi.clearAllMocks();
  provideCommands({ data } as unknown as Commands);
  useImporting.setState({ phase: { kind: "idle" }, error: null });
  useDatasets.setState({ list: [], selectedId: null });
});

describe("useImporting", () => {
  it("looks at files, then imports what was decided and selects it", async () => {
    data.inspectFiles.mockResolvedValue(plan);
    await useImporting.getState().inspect(Promise.resolve([]));
    expect(useImporting.getState().phase).toEqual({ kind: "deciding", plan });
    data.importFiles.mockImplementation((_choices, on) => {
      on(progress);
      expect(useImporting.getState().phase).toMatchObject({ kind: "working", progress });
      return Promise.resolve({ dataset } as ImportResult);
    });
    await useImporting.getState().importPlanned(choices);
    expect(phase()).toBe("idle");
    expect(useDatasets.getState()).toMatchObject({ selectedId: "d1", list: [dataset] });
  });

  it("opens an export as a kept set instead of looking for images in it", async () => {
    data.isExport.mockResolvedValueOnce(true);
    data.openExport.mockResolvedValueOnce({ id: "s1", datasetName: "pets" });
    await useImporting.getState().inspect(Promise.resolve([]));
    expect(phase()).toBe("idle");
    expect(useSnapshots.getState()).toMatchObject({ selectedId: "s1", opened: "s1" });
    expect(data.inspectFiles).not.toHaveBeenCalled();

    data.isExport.mockResolvedValueOnce(true);
    data.openExport.mockRejectedValueOnce(new UserError("x.zip is damaged.", "Copy it again."));
    await useImporting.getState().inspect(Promise.resolve([]));
    expect(useImporting.getState().error?.message).toBe("x.zip is damaged.");
    expect(useSnapshots.getState().selectedId).toBe("s1");
  });

  it("asks what tensors are that may be a distilled set, and opens them as one", async () => {
    const found = { name: "images_best.pt" } as SetPlan;
    data.inspectSet.mockResolvedValueOnce(found);
    data.inspectFiles.mockResolvedValueOnce(plan);
    await useImporting.getState().inspect(Promise.resolve([]));
    expect(useImporting.getState().phase).toEqual({ kind: "deciding", plan, set: found });

    data.inspectSet.mockResolvedValueOnce(found);
    data.inspectFiles.mockRejectedValueOnce(new UserError("No labels.", ""));
    await useImporting.getState().inspect(Promise.resolve([]));
    expect(useImporting.getState().phase).toEqual({ kind: "openingSet", set: found });

    data.openSet.mockResolvedValueOnce({ id: "s2", datasetName: "pets" });
    await useImporting.getState().openSet({ datasetId: "d1", mean: [0], std: [1] });
    expect(phase()).toBe("idle");
    expect(useSnapshots.getState()).toMatchObject({ selectedId: "s2", opened: "s2" });
  });

  it("does not hear of progress after the result: it comes another way", async () => {
    let late: (p: ImportProgress) => void = () => undefined;
    data.inspectFiles.mockImplementation((_files: unknown, on: (p: ImportProgress) => void) => {
      late = on;
      return Promise.resolve(plan);
    });
    await useImporting.getState().inspect(Promise.resolve([]));
    late(progress);
    expect(phase()).toBe("deciding");
    data.importFiles.mockImplementation((_choices, on) => {
      late = on;
      return Promise.resolve({ dataset } as ImportResult);
    });
    await useImporting.getState().importPlanned(choices);
    late(progress);
    expect(phase()).toBe("idle");
  });

  it("says why files were refused and is idle again", async () => {
    data.inspectFiles.mockRejectedValue(new UserError("a.zip ends early.", "Copy it again."));
    await useImporting.getState().inspect(Promise.resolve([]));
    expect(phase()).toBe("idle");
    expect(useImporting.getState().error).toMatchObject({ hint: "Copy it again." });
  });

  it("is quiet after a cancel, whatever the import still says", async () => {
    let refuse: (error: Error) => void = () => undefined;
    let report: (p: ImportProgress) => void = () => undefined;
    data.importFiles.mockImplementation((_choices, on) => {
      report = on;
      return new Promise((_resolve, reject) => (refuse = reject));
    });
    const importing = useImporting.getState().importPlanned(choices);
    await useImporting.getState().cancel();
    report(progress);
    refuse(aborted);
    await importing;
    expect(phase()).toBe("idle");
    expect(useImporting.getState().error).toBeNull();
    expect(useDatasets.getState().list).toEqual([]);
  });

  it("selects a sample that is there already instead of making it again", async () => {
    useDatasets.setState({ list: [{ ...dataset, id: "s", source: "shapes10" }], selectedId: null });
    await useImporting.getState().importSample("shapes10", "Shapes-10");
    expect(data.importSample).not.toHaveBeenCalled();
    expect(useDatasets.getState().selectedId).toBe("s");
  });
});
