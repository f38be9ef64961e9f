/** The stored datasets, which one is selected, and the report and preview of that one. */
import { create } from "zustand";
import { errorInfo, type ErrorInfo } from "@/shared/errors";
import type { DatasetInfo } from "@/shared/dataset";
import type { DatasetPreview, ImportReport } from "@/shared/importing";
import { commands } from "./commands";
import { remember, remembered } from "./remembered";
import { useStorage } from "./storage";

const SELECTED_KEY = "studio.selectedDataset";
const PREVIEW_PER_CLASS = 4;

interface DatasetsState {
  phase: "loading" | "ready";
  list: DatasetInfo[];
  selectedId: string | null;
  report: ImportReport | null;
  preview: DatasetPreview | null;
  error: ErrorInfo | null;
  load: () => Promise<void>;
  select: (id: string | null) => Promise<void>;
  /** Takes a freshly imported dataset in and selects it. */
  add: (dataset: DatasetInfo) => Promise<void>;
  rename: (id: string, name: string) => Promise<void>;
  remove: (id: string) => Promise<void>;
  fail: (error: unknown) => void;
  dismissError: () => void;
}

export const selectedDataset = (state: DatasetsState): DatasetInfo | undefined =>
  state.list.find(({ id }) => id === state.selectedId);

export const useDatasets = create<DatasetsState>((set, get) => ({
  phase: "loading",
  list: [],
  selectedId: null,
  report: null,
  preview: null,
  error: null,

  async load() {
    try {
      const list = newestFirst(await commands().data.listDatasets());
      const wanted = remembered(SELECTED_KEY);
      set({ list, phase: "ready", error: null });
      await get().select((list.find(({ id }) => id === wanted) ?? list[0])?.id ?? null);
    } catch (error) {
      get().fail(error);
    }
  },

  async select(id) {
    if (id !== get().selectedId) set({ report: null, preview: null });
    set({ selectedId: id });
    remember(SELECTED_KEY, id);
    if (id === null) return;
    try {
      const { data } = commands();
      const [report, preview] = await Promise.all([
        data.datasetReport(id),
        data.datasetPreview(id, PREVIEW_PER_CLASS),
      ]);
      if (get().selectedId === id) set({ report, preview });
    } catch (error) {
      get().fail(error);
    }
  },

  async add(dataset) {
    set(({ list }) => ({ list: newestFirst([...list.filter(({ id }) => id !== dataset.id), dataset]) }));
    await get().select(dataset.id);
  },

  async rename(id, name) {
    try {
      const renamed = await commands().data.renameDataset(id, name);
      set(({ list }) => ({
        list: list.map((dataset) => (dataset.id === id ? renamed : dataset)),
        error: null,
      }));
    } catch (error) {
      get().fail(error);
    }
  },

  async remove(id) {
    try {
      await commands().data.deleteDataset(id);
      const list = get().list.filter((dataset) => dataset.id !== id);
      set({ list, error: null });
      if (get().selectedId === id) await get().select(list[0]?.id ?? null);
      await useStorage.getState().refresh();
    } catch (error) {
      get().fail(error);
    }
  },

  fail: (error) => set({ error: errorInfo(error), phase: "ready" }),

  dismissError: () => set({ error: null }),
}));

const newestFirst = (list: DatasetInfo[]) => [...list].sort((a, b) => b.createdAt - a.createdAt);
