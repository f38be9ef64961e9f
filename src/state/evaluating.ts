/** The evaluation on the screen, and the training curves that were seen while it went on. */
import { create } from "zustand";
import type { EvaluationRequest, EvaluationRow, EvaluationUpdate, TrainingCurve } from "@/shared/evaluating";
import { useBaselines } from "./baselines";
import { commands } from "./commands";
import { withCurve, withRows } from "./evaluationRows";
import { useSnapshots } from "./snapshots";
import { createStudy } from "./study";

/** The curves of this evaluation, the newest last. */
export const useCurves = create<{ curves: TrainingCurve[] }>(() => ({ curves: [] }));

export const useEvaluating = createStudy<EvaluationRequest, EvaluationUpdate>({
  name: "The evaluation",

  begin: (request, onUpdate) => {
    useCurves.setState({ curves: [] });
    return commands().engine.evaluate(request, onUpdate);
  },

  onUpdate: ({ rows, curve }, { protocol }) => {
    if (curve) useCurves.setState(({ curves }) => ({ curves: withCurve(curves, curve) }));
    const snapshots = useSnapshots.getState();
    useBaselines.getState().note(rows, snapshots.list, protocol);
    useScores.setState(({ rows: known, recipe }) => withRows(known, recipe, rows, JSON.stringify(protocol)));
    for (const { snapshotId, subject, mean } of rows) {
      const known = snapshots.list.find(({ id }) => id === snapshotId);
      if (subject === "set" && known && mean > (known.accuracy ?? -1))
        snapshots.noteAccuracy(snapshotId, mean);
    }
  },
});

/** Rows of this visit, all by one protocol: an evaluation that failed or looked elsewhere takes nothing away. */
export const useScores = create<{ rows: EvaluationRow[]; recipe: string }>(() => ({ rows: [], recipe: "" }));
