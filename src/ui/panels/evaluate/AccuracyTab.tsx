import { useEvaluating } from "@/state/evaluating";
import { requestOf, setupProblem, useEvaluationSetup } from "@/state/evaluationSetup";
import { useExperiment } from "@/state/experiment";
import { isStudying } from "@/state/study";
import { NetworkBoxes } from "./NetworkBoxes";
import { ProtocolSettings } from "./ProtocolSettings";
import { ResultsView } from "./ResultsView";
import { SnapshotBoxes } from "./SnapshotBoxes";
import { StudyLayout } from "./StudyLayout";
import { SubjectBoxes } from "./SubjectBoxes";
import { TrainingCurves } from "./TrainingCurves";
import { useBusy } from "./useBusy";
import { useSnapshotDataset } from "./useSnapshotDataset";

/** Trains fresh networks on sets and on what they are held against, and tests them on the real test images. */
export function AccuracyTab() {
  const study = useEvaluating();
  const { request, update } = study;
  const setup = useEvaluationSetup();
  const catalog = useExperiment((state) => state.catalog);
  const dataset = useSnapshotDataset(setup.snapshotIds[0]);
  const busy = useBusy("evaluation");
  const isLocked = isStudying(study);
  const reason =
    busy ||
    setupProblem(catalog, setup) ||
    (dataset ? "" : "The dataset of this set is not stored here. Import it again to evaluate.");

  return (
    <StudyLayout
      name="the evaluation"
      study={study}
      reason={reason}
      onStart={() => dataset && void study.start(requestOf(setup, dataset.id))}
      choices={
        <>
          <SnapshotBoxes disabled={isLocked} />
          <SubjectBoxes disabled={isLocked} />
          <NetworkBoxes disabled={isLocked} />
          <ProtocolSettings disabled={isLocked} />
        </>
      }
    >
      {isLocked && <TrainingCurves />}
      {request && update && <ResultsView request={request} update={update} />}
      {!update?.rows.length && (
        <p className="quiet study-empty">
          Accuracies of freshly trained networks on the real test images appear here, each beside its
          improvement over random images. Both ends of the scale are worth ticking: random images and all
          data.
        </p>
      )}
    </StudyLayout>
  );
}
