/** The stored expert trajectories: list, delete, take home, take in. */
import { create } from "zustand";
import { errorInfo, type ErrorInfo } from "@/shared/errors";
import type { PickedFile } from "@/shared/importing";
import type { ExpertSetInfo } from "@/shared/trajectories";
import { announce } from "./announcements";
import { commands } from "./commands";
import { download } from "./exporting";
import { useStorage } from "./storage";

interface ExpertSetsState {
  /** Newest first; null before they were asked for. */
  list: readonly ExpertSetInfo[] | null;
  /** What is going on: an export of this set, or an import. */
  working: { kind: "export" | "import"; setId: string | null; done: number; total: number } | null;
  /** What was done last, as a sentence. */
  told: string;
  error: ErrorInfo | null;
  load: () => Promise<void>;
  remove: (id: string) => Promise<void>;
  exportSet: (id: string) => Promise<void>;
  importFiles: (files: PickedFile[], datasetId: string) => Promise<void>;
  fail: (error: ErrorInfo) => void;
  dismissError: () => void;
}

export const useExpertSets = create<ExpertSetsState>((set, get) => {
  /** One export or import at a time. */
  const work = async (
    kind: "export" | "import",
    setId: string | null,
    act: (onProgress: (done: number, total: number) => void) => Promise<string>,
  ) => {
    if (get().working) return;
    set({ working: { kind, setId, done: 0, total: 0 }, told: "", error: null });
    try {
      const told = await act(
        // progress comes through a port of its own, and may come after the result
        (done, total) => get().working && set({ working: { kind, setId, done, total } }),
      );
      set({ working: null, told });
      announce(told);
    } catch (error) {
      set({ working: null, error: errorInfo(error) });
    }
  };
  const refresh = () => Promise.all([get().load(), useStorage.getState().refresh()]);

  return {
    list: null,
    working: null,
    told: "",
    error: null,

    async load() {
      try {
        set({ list: await commands().data.listExpertSets() });
      } catch (error) {
        set({ error: errorInfo(error) });
      }
    },

    async remove(id) {
      try {
        await commands().data.deleteExpertSet(id);
        set({ told: "" });
      } catch (error) {
        set({ error: errorInfo(error) });
      }
      await refresh();
    },

    exportSet: (id) =>
      work("export", id, async (onProgress) => {
        const { name, blob } = await commands().engine.exportExperts(id, onProgress);
        download(blob, name);
        return `${name} is in your downloads.`;
      }),

    importFiles: (files, datasetId) =>
      work("import", null, async (onProgress) => {
        const count = await commands().engine.importExperts(files, datasetId, onProgress);
        await refresh();
        return count === 1 ? "1 expert is imported." : `${count} experts are imported.`;
      }),

    fail: (error) => set((state) => (state.working ? { working: null, error } : {})),

    dismissError: () => set({ error: null }),
  };
});
