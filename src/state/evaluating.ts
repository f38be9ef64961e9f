/** The evaluation on the screen, and the training curves that were seen while it went on. */
import { create } from "zustand";
import type { EvaluationRequest, EvaluationUpdate, TrainingCurve } from "@/shared/evaluating";
import { useBaselines } from "./baselines";
import { commands } from "./commands";
import { choiceKey } from "./networkChoice";
import { useSnapshots } from "./snapshots";
import { createStudy } from "./study";

const MOST_CURVES = 40;

/** The curves of this evaluation, the newest last. */
export const useCurves = create<{ curves: TrainingCurve[] }>(() => ({ curves: [] }));

export const useEvaluating = createStudy<EvaluationRequest, EvaluationUpdate>({
  name: "The evaluation",

  begin: (request, onUpdate) => {
    useCurves.setState({ curves: [] });
    return commands().engine.evaluate(request, onUpdate);
  },

  onUpdate: ({ rows, curve }) => {
    if (curve) useCurves.setState(({ curves }) => ({ curves: withCurve(curves, curve) }));
    const snapshots = useSnapshots.getState();
    useBaselines.getState().note(rows, snapshots.list);
    for (const { snapshotId, subject, mean } of rows) {
      const known = snapshots.list.find(({ id }) => id === snapshotId);
      if (subject === "set" && known && mean > (known.accuracy ?? -1))
        snapshots.noteAccuracy(snapshotId, mean);
    }
  },
});

/** True for curves of the same row of the table. */
export const isSameRow = (a: TrainingCurve, b: TrainingCurve): boolean =>
  a.snapshotId === b.snapshotId && a.subject === b.subject && choiceKey(a.network) === choiceKey(b.network);

/** The curves with the newest state of one of them, which comes last. */
export function withCurve(curves: readonly TrainingCurve[], curve: TrainingCurve): TrainingCurve[] {
  const others = curves.filter((other) => !(isSameRow(other, curve) && other.index === curve.index));
  return [...others, curve].slice(-MOST_CURVES);
}
