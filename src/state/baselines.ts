/**
 * What is known of the ends of the scale: the accuracy of random images and of all the data, by dataset, images per
 * class and network. Kept between visits, so that a later run is drawn against them.
 */
import { useMemo } from "react";
import { create } from "zustand";
import { persist } from "zustand/middleware";
import type { EvaluationRow, SnapshotInfo } from "@/shared/evaluating";
import type { PluginChoice } from "@/shared/experiment";
import { choiceKey } from "./networkChoice";
import { useRun } from "./run";

export interface Score {
  mean: number; // 0..1
  std: number;
}

export interface Baselines {
  random: Score | null;
  full: Score | null;
}

const MOST = 200; // entries kept

interface BaselinesState {
  known: Record<string, Score>;
  note: (rows: readonly EvaluationRow[], snapshots: readonly SnapshotInfo[], protocol: PluginChoice) => void;
}

const keyOf = (fingerprint: string, what: string, network: PluginChoice): string =>
  `${fingerprint}/${what}/${choiceKey(network)}`;

/** Random images are trained on by the set's own protocol: only then is the comparison fair. */
const randomOf = (ipc: number, protocol: PluginChoice): string => `${ipc}/${protocolKey(protocol)}`;

/** The settings that decide an accuracy: how often a run evaluates, and how many networks, do not. */
function protocolKey({ id, params }: PluginChoice): string {
  const deciding = Object.entries(params).filter(([key]) => key !== "interval" && key !== "networks");
  return choiceKey({ id, params: Object.fromEntries(deciding) });
}

export const useBaselines = create<BaselinesState>()(
  persist(
    (set) => ({
      known: {},
      note: (rows, snapshots, protocol) => {
        const found = rows.flatMap(({ snapshotId, subject, network, mean, std }): [string, Score][] => {
          const info = snapshots.find(({ id }) => id === snapshotId);
          if (!info || (subject !== "random" && subject !== "full")) return [];
          return [
            [
              keyOf(
                info.datasetFingerprint,
                subject === "full" ? "all" : randomOf(info.ipc, protocol),
                network,
              ),
              { mean, std },
            ],
          ];
        });
        if (found.length === 0) return;
        const fresh = Object.fromEntries(found);
        set(({ known }) => {
          const isKnown = ([key, score]: [string, Score]) => known[key]?.mean === score.mean;
          if (Object.entries(fresh).every(isKnown)) return {};
          const others = Object.entries(known).filter(([key]) => !(key in fresh));
          return { known: Object.fromEntries([...others, ...Object.entries(fresh)].slice(-MOST)) };
        });
      },
    }),
    { name: "studio.baselines", version: 1, partialize: ({ known }) => ({ known }) },
  ),
);

/** The ends of the scale for a dataset, a number of images per class, a network and a protocol. */
export const baselinesOf = (
  { known }: Pick<BaselinesState, "known">,
  fingerprint: string,
  ipc: number,
  network: PluginChoice,
  protocol: PluginChoice,
): Baselines => ({
  random: known[keyOf(fingerprint, randomOf(ipc, protocol), network)] ?? null,
  full: known[keyOf(fingerprint, "all", network)] ?? null,
});

/** The same for the run on the screen. */
export function useRunBaselines(): Baselines {
  const fingerprint = useRun(({ dataset }) => dataset?.fingerprint);
  const config = useRun((state) => state.config);
  const known = useBaselines((state) => state.known);
  return useMemo(
    () =>
      fingerprint === undefined || !config
        ? { random: null, full: null }
        : baselinesOf({ known }, fingerprint, Number(config.run["ipc"]), config.network, config.evaluation),
    [fingerprint, config, known],
  );
}
