import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ExportFormat } from "@/shared/exporting";
import { provideCommands, type Commands } from "./commands";
import { loadersOf, useExportFormats } from "./exportFormats";

const format = (id: string, isDefault: boolean): ExportFormat => ({
  id,
  label: id,
  about: "",
  files: id,
  isDefault,
  loaders: [{ library: id, code: `open(${id})` }],
});
const FORMATS = [format("pytorch", true), format("npz", false), format("numpy", true)];

beforeEach(() => {
  const values = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => values.set(key, value),
  });
  provideCommands({ data: { exportFormats: () => Promise.resolve(FORMATS) } } as unknown as Commands);
});
afterEach(() => vi.unstubAllGlobals());

const state = () => useExportFormats.getState();

describe("useExportFormats", () => {
  it("begins with the usual formats and keeps what is chosen between visits, in the order of the list", async () => {
    await state().load();
    expect(state().chosen).toEqual(["pytorch", "numpy"]);
    state().tick("npz", true);
    state().tick("pytorch", false);
    expect(loadersOf(state()).map(({ library }) => library)).toEqual(["npz", "numpy"]);
    useExportFormats.setState({ chosen: [] });
    await state().load();
    expect(state().chosen).toEqual(["npz", "numpy"]);
  });

  it("forgets a format that is gone", async () => {
    localStorage.setItem("exportFormats", "hdf5 npz");
    await state().load();
    expect(state().chosen).toEqual(["npz"]);
  });
});
