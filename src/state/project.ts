/** Everything as one file: saved where the person wants it, and opened again, here or in another browser. */
import { create } from "zustand";
import { errorInfo, isAbort, type ErrorInfo } from "@/shared/errors";
import type {
  ProjectChoice,
  ProjectOpened,
  ProjectProgress,
  ProjectSize,
  ProjectWritten,
} from "@/shared/project";
import { announce } from "./announcements";
import { commands } from "./commands";
import { useDatasets } from "./datasets";
import { useExpertSets } from "./expertSets";
import { download } from "./exporting";
import { adoptSettings, pageSettings } from "./projectSettings";
import { placeForFile } from "./savePlace";
import { useSnapshots } from "./snapshots";
import { useStorage } from "./storage";
import { useUnfinished } from "./unfinished";
import { useJobs } from "./unfinishedJobs";

export type ProjectPhase =
  | { kind: "closed" }
  /** The person decides what goes into the file. */
  | { kind: "choosing"; size: ProjectSize | null }
  | { kind: "working"; what: "save" | "open"; name: string; progress: ProjectProgress | null }
  | { kind: "saved"; written: Omit<ProjectWritten, "blob">; inDownloads: boolean }
  | { kind: "opened"; name: string; opened: ProjectOpened; hasAdopted: boolean }
  | { kind: "failed"; what: "save" | "open"; error: ErrorInfo };

interface ProjectState {
  phase: ProjectPhase;
  /** Asks what to save. */
  choose: () => Promise<void>;
  save: (choice: ProjectChoice) => Promise<void>;
  open: (file: Blob, name: string) => Promise<void>;
  /** Takes the settings of the opened project over, in place of those on the page. */
  adopt: () => Promise<void>;
  /** Ends what is going on and closes. */
  close: () => Promise<void>;
}

/** Counts what was begun, so that what a cancelled one still says is not heard. */
let ticket = 0;

export const useProject = create<ProjectState>((set, get) => {
  /** @returns what puts a phase on the screen, as long as nothing else was begun */
  const begin = (what: "save" | "open", name: string) => {
    const mine = ++ticket;
    const show = (phase: ProjectPhase) => mine === ticket && set({ phase });
    show({ kind: "working", what, name, progress: null });
    return {
      show,
      // progress comes through a port of its own, and may come after the result
      onProgress: (progress: ProjectProgress) =>
        void (get().phase.kind === "working" && show({ kind: "working", what, name, progress })),
      failed: (error: unknown) => {
        if (isAbort(error)) show({ kind: "closed" });
        else show({ kind: "failed", what, error: errorInfo(error) });
      },
    };
  };

  return {
    phase: { kind: "closed" },

    async choose() {
      const mine = ++ticket;
      set({ phase: { kind: "choosing", size: null } });
      try {
        const size = await commands().data.measureProject();
        if (mine === ticket) set({ phase: { kind: "choosing", size } });
      } catch (error) {
        if (mine === ticket) set({ phase: { kind: "failed", what: "save", error: errorInfo(error) } });
      }
    },

    async save(choice) {
      const day = new Date().toISOString().slice(0, 10);
      const place = await placeForFile(`studio-project-${day}.zip`);
      if (place === "cancelled") return;
      const job = begin("save", place?.name ?? "");
      try {
        const { blob, ...written } = await commands().data.saveProject(
          choice,
          pageSettings(),
          place,
          job.onProgress,
        );
        if (blob) download(blob, written.name);
        job.show({ kind: "saved", written, inDownloads: blob !== null });
        announce(`${written.name} is written.`);
      } catch (error) {
        job.failed(error);
      }
    },

    async open(file, name) {
      const job = begin("open", name);
      const isFresh = useDatasets.getState().list.length + useSnapshots.getState().list.length === 0;
      try {
        const opened = await commands().data.openProject(file, name, job.onProgress);
        await Promise.all([
          useDatasets.getState().load(),
          useSnapshots.getState().load(),
          useExpertSets.getState().load(),
          useUnfinished.getState().load(),
          useJobs.getState().load(),
        ]);
        if (isFresh) await adoptSettings(opened.settings);
        job.show({ kind: "opened", name, opened, hasAdopted: isFresh });
        announce(`${name} is opened.`);
        await useStorage.getState().askToPersist();
      } catch (error) {
        job.failed(error);
      }
    },

    async adopt() {
      const { phase } = get();
      if (phase.kind !== "opened") return;
      await adoptSettings(phase.opened.settings);
      set({ phase: { ...phase, hasAdopted: true } });
      announce("The settings of the project are on the page.");
    },

    async close() {
      const { kind } = get().phase;
      ticket++;
      set({ phase: { kind: "closed" } });
      if (kind !== "working") return;
      await commands().data.cancelProject();
      announce("Cancelled. Nothing was changed.");
    },
  };
});
