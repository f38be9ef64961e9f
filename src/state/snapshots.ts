/** The kept synthetic sets: what runs left behind, and which of them is selected. Nothing selected means the run on the screen. */
import { create } from "zustand";
import { errorInfo, type ErrorInfo } from "@/shared/errors";
import type { SnapshotInfo } from "@/shared/evaluating";
import type { PickedFile } from "@/shared/importing";
import type { SetChoices } from "@/shared/openingSets";
import type { Snapshot } from "@/shared/run";
import { announce } from "./announcements";
import { commands } from "./commands";
import { useStorage } from "./storage";

interface SnapshotsState {
  phase: "loading" | "ready";
  list: SnapshotInfo[]; // newest first
  selectedId: string | null;
  /** The kept set that the run on the screen ended as, null while it goes on. */
  ofRunId: string | null;
  /** The set that came from an export last. */
  opened: string | null;
  error: ErrorInfo | null;
  load: () => Promise<void>;
  select: (id: string | null) => void;
  /** Keeps the set that the engine holds now, and selects it; resolves with whether it is stored. */
  keepRun: () => Promise<boolean>;
  /** A run begins: the set on the screen is no kept one. */
  beginRun: () => void;
  /** Opens an export as a kept set, and selects it. @throws UserError when it is damaged */
  open: (files: PickedFile[]) => Promise<void>;
  /** Opens the tensors that were looked at last as a kept set, and selects it. @throws UserError when they do not fit */
  openSet: (choices: SetChoices) => Promise<void>;
  /** Notes a better accuracy of a set. */
  noteAccuracy: (id: string, accuracy: number) => void;
  remove: (id: string) => Promise<void>;
  fail: (error: unknown) => void;
  dismissError: () => void;
}

export const selectedSnapshot = (state: SnapshotsState): SnapshotInfo | undefined =>
  state.list.find(({ id }) => id === state.selectedId);

export const useSnapshots = create<SnapshotsState>((set, get) => {
  const addOpened = async (info: SnapshotInfo) => {
    const others = get().list.filter(({ id }) => id !== info.id);
    set({ list: [info, ...others], selectedId: info.id, opened: info.id, error: null });
    announce(`The set of ${info.datasetName} is opened: it is selected in Result.`);
    await useStorage.getState().refresh();
  };

  return {
    phase: "loading",
    list: [],
    selectedId: null,
    ofRunId: null,
    opened: null,
    error: null,

    async load() {
      try {
        set({ list: await commands().data.listSnapshots(), phase: "ready", error: null });
      } catch (error) {
        get().fail(error);
      }
    },

    select: (selectedId) => set({ selectedId }),

    async keepRun() {
      try {
        const info = await commands().data.saveSnapshot(await commands().engine.snapshot());
        const others = get().list.filter(({ id }) => id !== info.id);
        set({ list: [info, ...others], selectedId: info.id, ofRunId: info.id, error: null });
        await useStorage.getState().refresh();
        return true;
      } catch (error) {
        get().fail(error);
        return false;
      }
    },

    open: async (files) => addOpened(await commands().data.openExport(files)),

    openSet: async (choices) => addOpened(await commands().data.openSet(choices)),

    beginRun: () => set({ selectedId: null, ofRunId: null }),

    noteAccuracy: (id, accuracy) =>
      set(({ list }) => ({
        list: list.map((info) =>
          info.id === id ? { ...info, accuracy: Math.max(accuracy, info.accuracy ?? 0) } : info,
        ),
      })),

    async remove(id) {
      try {
        await commands().data.deleteSnapshot(id);
        set(({ list, selectedId, ofRunId }) => ({
          list: list.filter((info) => info.id !== id),
          selectedId: selectedId === id ? null : selectedId,
          ofRunId: ofRunId === id ? null : ofRunId,
          error: null,
        }));
        await useStorage.getState().refresh();
      } catch (error) {
        get().fail(error);
      }
    },

    fail: (error) => set({ error: errorInfo(error), phase: "ready" }),

    dismissError: () => set({ error: null }),
  };
});

/** The selected kept set, or the one that the engine holds now. @throws UserError if there is neither */
export function readSelected(): Promise<Snapshot> {
  const { selectedId } = useSnapshots.getState();
  return selectedId === null ? commands().engine.snapshot() : commands().data.readSnapshot(selectedId);
}
