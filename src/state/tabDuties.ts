/** What becoming the tab that writes, or one that only shows, means for the stores. */
import { errorInfo, UserError } from "@/shared/errors";
import type { DataClient } from "@/worker/client";
import { announce } from "./announcements";
import { provideCommands, viewerCommands } from "./commands";
import { useDatasets } from "./datasets";
import { useExporting } from "./exporting";
import { useExpertSets } from "./expertSets";
import { showStores, tellStores, type Teller } from "./liveView";
import { interruptWork, settleWork } from "./settleWork";
import { useSnapshots } from "./snapshots";
import { followSettings } from "./storedSettings";
import type { ShownStores } from "./tabChannel";
import { useUnfinished } from "./unfinished";
import { useJobs } from "./unfinishedJobs";

export interface TabDuties {
  /** Starts the engine; `wasViewer` when another tab ran the studio until now. */
  becomeWriter(wasViewer: boolean): void;
  /** Ends the engine, if there is one: nothing is written or computed from here on. */
  becomeViewer(): void;
  /** Brings what goes on to a safe place. @throws UserError for what cannot be interrupted */
  settleWork(): Promise<void>;
  /** What a writer tells. */
  tell(say: (stores: ShownStores) => void): Teller;
  show(stores: ShownStores): void;
  /** Calls back whenever what is stored has changed. @returns what ends it */
  watchLists(onChange: () => void): () => void;
  reloadLists(): void;
}

export interface TabEngine {
  start(): void;
  end(): void;
  /** Resolves once what ended is stored. */
  whenKept(): Promise<void>;
}

export function createTabDuties(data: DataClient, engine: TabEngine): TabDuties {
  let endFollowing = () => {};
  return {
    becomeWriter(wasViewer) {
      endFollowing();
      endFollowing = () => {};
      if (wasViewer) interruptWork();
      engine.start();
      if (wasViewer) {
        reloadLists();
        void useUnfinished.getState().load();
        void useJobs.getState().load();
      }
      if (wasViewer) announce("This tab runs the studio now.");
    },

    becomeViewer() {
      engine.end();
      interruptWork(); // what its engine has said and is not heard yet is no longer so
      for (const files of [useExporting, useExpertSets]) files.getState().fail(errorInfo(takenOver()));
      provideCommands(viewerCommands(data));
      endFollowing = followSettings();
    },

    async settleWork() {
      await settleWork();
      await engine.whenKept();
    },

    tell: tellStores,
    show: showStores,
    watchLists,
    reloadLists,
  };
}

/** Of a tab whose lock was taken while it was writing a file: one that hands over waits for that. */
const takenOver = () =>
  new UserError(
    "Another tab has taken the studio over, so the file could not be finished.",
    "Kept sets can be exported here again; all else in the other tab.",
  );

const LISTS = [useDatasets, useSnapshots, useExpertSets];

function watchLists(onChange: () => void): () => void {
  const unsubscribers = LISTS.map((store) =>
    store.subscribe((now: { list: unknown }, before: { list: unknown }) => {
      if (now.list !== before.list) onChange();
    }),
  );
  return () => unsubscribers.forEach((unsubscribe) => unsubscribe());
}

function reloadLists(): void {
  void useDatasets.getState().load();
  void useSnapshots.getState().load();
  if (useExpertSets.getState().list) void useExpertSets.getState().load();
}
