import { useEvaluating } from "@/state/evaluating";
import { requestOf, setupProblem, useEvaluationSetup } from "@/state/evaluationSetup";
import { useExperiment } from "@/state/experiment";
import { isStudying } from "@/state/study";
import { NetworkBoxes } from "./NetworkBoxes";
import { ProtocolSettings } from "./ProtocolSettings";
import { ResultsView } from "./ResultsView";
import { SnapshotBoxes } from "./SnapshotBoxes";
import { StudyControls } from "./StudyControls";
import { SubjectBoxes } from "./SubjectBoxes";
import { TrainingCurves } from "./TrainingCurves";
import { useBusy } from "./useBusy";
import { useSnapshotDataset } from "./useSnapshotDataset";

/** Trains fresh networks on sets and on what they are held against, and tests them on the real test images. */
export function AccuracyTab() {
  const { phase, request, update, error, start, pause, resume, stop } = useEvaluating();
  const setup = useEvaluationSetup();
  const catalog = useExperiment((state) => state.catalog);
  const dataset = useSnapshotDataset(setup.snapshotIds[0]);
  const busy = useBusy("evaluation");
  const isLocked = isStudying({ phase });
  const reason =
    busy ||
    setupProblem(catalog, setup) ||
    (dataset ? "" : "The dataset of this set is not stored here. Import it again to evaluate.");

  return (
    <div className="study" data-phase={phase}>
      <div className="study-setup" tabIndex={0} role="group" aria-label="Choices">
        <SnapshotBoxes disabled={isLocked} />
        <SubjectBoxes disabled={isLocked} />
        <NetworkBoxes disabled={isLocked} />
        <ProtocolSettings disabled={isLocked} />
      </div>
      <div className="study-main">
        <StudyControls
          name="the evaluation"
          phase={phase}
          progress={update}
          error={error}
          reason={reason}
          onStart={() => dataset && void start(requestOf(setup, dataset.id))}
          onPause={() => void pause()}
          onResume={() => void resume()}
          onStop={() => void stop()}
        />
        <div className="study-results" tabIndex={0} role="group" aria-label="What came out">
          {isLocked && <TrainingCurves />}
          {request && update && <ResultsView request={request} update={update} />}
          {!update?.rows.length && (
            <p className="quiet study-empty">
              Accuracies of freshly trained networks on the real test images appear here, each beside its
              improvement over random images. Both ends of the scale are worth ticking: random images and all
              data.
            </p>
          )}
        </div>
      </div>
    </div>
  );
}
