/** From files or a sample to a stored dataset: look, decide, import, and the way out of each. */
import { create } from "zustand";
import { errorInfo, isAbort, type ErrorInfo } from "@/shared/errors";
import type {
  ImportChoices,
  ImportPlan,
  ImportProgress,
  ImportResult,
  PickedFile,
  SampleInfo,
} from "@/shared/importing";
import type { SetChoices, SetPlan } from "@/shared/openingSets";
import type { StoragePlace } from "@/shared/storage";
import type { WebFile, WebRequest } from "@/shared/webImport";
import { announce } from "./announcements";
import { commands } from "./commands";
import { selectedDataset, useDatasets } from "./datasets";
import { useProject } from "./project";
import { useSnapshots } from "./snapshots";
import { useStorage } from "./storage";

export type ImportPhase =
  | { kind: "idle" }
  | { kind: "working"; title: string; progress: ImportProgress | null }
  | { kind: "cancelling" }
  /** With `set`, the files may be a distilled set as well. */
  | { kind: "deciding"; plan: ImportPlan; set?: SetPlan }
  /** A distilled set that is no dataset. */
  | { kind: "openingSet"; set: SetPlan };

interface ImportingState {
  phase: ImportPhase;
  error: ErrorInfo | null;
  /** Does the import again that found no room, into the memory of the page. */
  intoMemory: (() => Promise<void>) | null;
  samples: SampleInfo[];
  loadSamples: () => Promise<void>;
  /** Looks at what was chosen; ends in `deciding` or in an error. */
  inspect: (files: Promise<PickedFile[]>) => Promise<void>;
  /** Fetches files that an address leads to, then looks at them. */
  fetchWeb: (files: WebFile[], request: WebRequest) => Promise<void>;
  importPlanned: (choices: ImportChoices, place?: StoragePlace) => Promise<void>;
  /** Keeps the tensors that were looked at as a distilled set. */
  openSet: (choices: SetChoices) => Promise<void>;
  importSample: (id: string, label: string, place?: StoragePlace) => Promise<void>;
  cancel: () => Promise<void>;
  dismissError: () => void;
  fail: (error: unknown) => void;
}

/** Counts the imports, so that what a cancelled one still says is not heard. */
let ticket = 0;

export const useImporting = create<ImportingState>((set, get) => {
  const begin = (title: string) => {
    const mine = ++ticket;
    let isOver = false; // progress comes through a port of its own, and may come after the result
    set({ phase: { kind: "working", title, progress: null }, error: null, intoMemory: null });
    return {
      isCurrent: () => mine === ticket,
      end: () => void (isOver = true),
      onProgress: (progress: ImportProgress) => {
        if (mine === ticket && !isOver) set({ phase: { kind: "working", title, progress } });
      },
      failed: (error: unknown) => {
        isOver = true;
        if (mine === ticket) get().fail(error);
      },
    };
  };

  const finish = async (
    job: ReturnType<typeof begin>,
    place: StoragePlace,
    give: () => Promise<ImportResult>,
    intoMemory: () => Promise<void>,
  ) => {
    try {
      if (place === "memory") await commands().startMemory();
      const { dataset } = await give();
      job.end();
      await useDatasets.getState().add(dataset);
      if (job.isCurrent()) set({ phase: { kind: "idle" } });
      announce(`${dataset.name} is imported.`);
      await useStorage.getState().askToPersist();
    } catch (error) {
      job.failed(error);
      if (job.isCurrent() && errorInfo(error).kind === "storageFull") set({ intoMemory });
    }
  };

  return {
    phase: { kind: "idle" },
    error: null,
    intoMemory: null,
    samples: [],

    async loadSamples() {
      try {
        set({ samples: await commands().data.listSamples() });
      } catch (error) {
        get().fail(error);
      }
    },

    async inspect(files) {
      const job = begin("Looking at the files");
      try {
        const picked = await files;
        if (!job.isCurrent()) return;
        if (picked.length === 1 && (await commands().data.isProject(picked[0]!.file))) {
          if (job.isCurrent()) set({ phase: { kind: "idle" } });
          return await useProject.getState().open(picked[0]!.file, picked[0]!.path);
        }
        if (await commands().data.isExport(picked)) {
          await useSnapshots.getState().open(picked);
          job.end();
          if (job.isCurrent()) set({ phase: { kind: "idle" } });
          return;
        }
        const found = await commands().data.inspectSet(picked);
        const mayAdd = selectedDataset(useDatasets.getState()) !== undefined;
        const plan = await commands()
          .data.inspectFiles(picked, job.onProgress, mayAdd)
          .catch((error: unknown) => {
            if (found && !isAbort(error)) return null; // the set is all that can be made of them
            throw error;
          });
        job.end();
        if (!job.isCurrent()) return;
        if (plan) set({ phase: { kind: "deciding", plan, ...(found && { set: found }) } });
        else if (found) set({ phase: { kind: "openingSet", set: found } });
      } catch (error) {
        job.failed(error);
      }
    },

    async fetchWeb(files, request) {
      const job = begin(files.length === 1 ? `Fetching ${files[0]!.name}` : `Fetching ${files.length} files`);
      try {
        const picked = await commands().data.fetchWeb(files, request, job.onProgress);
        job.end();
        if (job.isCurrent()) await get().inspect(Promise.resolve(picked));
      } catch (error) {
        job.failed(error);
      }
    },

    importPlanned(choices, place = "browser") {
      const job = begin(`Importing ${choices.name}`);
      const give = () => commands().data.importFiles(choices, job.onProgress, place);
      return finish(job, place, give, () => get().importPlanned(choices, "memory"));
    },

    async openSet(choices) {
      const job = begin("Opening the set");
      try {
        await useSnapshots.getState().openSet(choices);
        job.end();
        if (job.isCurrent()) set({ phase: { kind: "idle" } });
      } catch (error) {
        job.failed(error);
      }
    },

    importSample(id, label, place = "browser") {
      const existing = useDatasets.getState().list.find(({ source }) => source === id);
      if (existing) return useDatasets.getState().select(existing.id);
      const job = begin(`Getting ${label}`);
      const give = () => commands().data.importSample(id, job.onProgress, place);
      return finish(job, place, give, () => get().importSample(id, label, "memory"));
    },

    async cancel() {
      const mine = ++ticket;
      set({ phase: { kind: "cancelling" } });
      try {
        await commands().data.cancelImport();
        if (mine === ticket) set({ phase: { kind: "idle" } });
        announce("Import cancelled.");
      } catch (error) {
        get().fail(error);
      }
    },

    dismissError: () => set({ error: null, intoMemory: null }),

    fail: (error) => set({ phase: { kind: "idle" }, error: isAbort(error) ? null : errorInfo(error) }),
  };
});
