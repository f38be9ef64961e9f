/** What becoming the tab that writes, or one that only shows, means for the stores. */
import { UserError } from "@/shared/errors";
import type { DataClient } from "@/worker/client";
import { announce } from "./announcements";
import { provideCommands, viewerCommands } from "./commands";
import { useDatasets } from "./datasets";
import { useExpertSets } from "./expertSets";
import { showStores, tellStores } from "./liveView";
import { settleWork } from "./settleWork";
import { useSnapshots } from "./snapshots";
import { followSettings } from "./storedSettings";
import type { TabDuties } from "./tabRoles";
import { useUnfinished } from "./unfinished";
import { useJobs } from "./unfinishedJobs";

export interface TabEngine {
  start(): void;
  end(): void;
  /** Whatever goes on has ended with its engine. */
  endWork(cause: UserError): void;
  /** Resolves once what ended is stored. */
  whenKept(): Promise<void>;
}

export function createTabDuties(data: DataClient, engine: TabEngine): TabDuties {
  let endFollowing = () => {};
  return {
    becomeWriter(wasViewer) {
      endFollowing();
      endFollowing = () => {};
      if (wasViewer) engine.endWork(leftBehind());
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

const leftBehind = () =>
  new UserError(
    "This was computed by another tab, which has handed over or is gone.",
    "What it stored is kept: go on from there, or begin again.",
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
