import { describe, expect, it } from "vitest";
import type { Catalog } from "@/shared/experiment";
import { choice, float, int } from "@/shared/params";
import { chosenPlugin, configOf, draftFor, draftOf, problemsOf, type Draft } from "./settings";

const plugin = (id: string, params: Catalog["run"] = {}) => ({ id, label: id, about: "", params });
const catalog: Catalog = {
  run: {
    ipc: int("IPC", { default: 10, min: 1, max: 50 }),
    init: choice("Init", {
      default: "real",
      options: [
        { value: "real", label: "Real" },
        { value: "noise", label: "Noise" },
      ],
    }),
    noise: float("Noise size", { default: 1, min: 0, max: 2, when: { param: "init", is: ["noise"] } }),
  },
  methods: [plugin("other"), plugin("dm", { batchReal: int("Batch", { default: 64, min: 1, max: 256 }) })],
  networks: [plugin("mlp")],
  augmentations: [plugin("none"), plugin("dsa")],
  evaluations: [plugin("fresh")],
};

describe("draftFor", () => {
  it("starts with the first choices where the catalog has them", () => {
    const { chosen, run } = draftFor(catalog);
    expect(chosen).toEqual({ method: "dm", network: "mlp", augmentation: "dsa", evaluation: "fresh" });
    expect(run).toEqual({ ipc: 10, init: "real", noise: 1 });
  });

  it("keeps saved values that are right and forgets the rest", () => {
    const saved: Partial<Draft> = {
      run: { ipc: 500, init: "noise", gone: 1 },
      chosen: { method: "gone", network: "mlp", augmentation: "none", evaluation: "fresh" },
      plugins: { "method/dm": { batchReal: 32 } },
    };
    const draft = draftFor(catalog, saved);
    expect(draft.run).toEqual({ ipc: 10, init: "noise", noise: 1 });
    expect(draft.chosen.method).toBe("dm");
    expect(draft.chosen.augmentation).toBe("none");
    expect(draft.plugins["method/dm"]).toEqual({ batchReal: 32 });
  });
});

describe("problemsOf and configOf", () => {
  it("name a wrong value, and only where it is shown", () => {
    const draft = draftFor(catalog);
    draft.run = { ...draft.run, ipc: 0, noise: 9 };
    expect(problemsOf(catalog, draft)).toEqual(["IPC must be between 1 and 50."]);
    draft.run = { ...draft.run, init: "noise" };
    expect(problemsOf(catalog, draft)).toHaveLength(2);
  });

  it("replace a wrong value that is not shown by its default", () => {
    const draft = draftFor(catalog);
    draft.run = { ...draft.run, noise: Number.NaN };
    expect(configOf(catalog, draft, "d")).toMatchObject({ datasetId: "d", run: { ipc: 10, noise: 1 } });
    expect(configOf(catalog, draft, "d").method).toEqual({ id: "dm", params: { batchReal: 64 } });
  });

  it("refuse an empty catalog", () => {
    expect(() => chosenPlugin({ ...catalog, networks: [] }, draftFor(catalog), "network")).toThrow(
      "networks",
    );
  });
});

describe("draftOf", () => {
  it("makes the config again that it was taken from, and keeps what other plug-ins were set to", () => {
    const draft = draftFor(catalog, { plugins: { "method/dm": { batchReal: 32 } } });
    const config = { ...configOf(catalog, draft, "d"), method: { id: "other", params: {} } };
    config.run = { ...config.run, ipc: 3, unknown: 4 };
    const adopted = draftOf(catalog, draft, config);
    expect(configOf(catalog, adopted, "d")).toEqual({ ...config, run: { ipc: 3, init: "real", noise: 1 } });
    expect(adopted.plugins["method/dm"]).toEqual({ batchReal: 32 });
  });
});
