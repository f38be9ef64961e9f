import { lazy, Suspense, useRef, useState } from "react";
import type { PluginChoice } from "@/shared/experiment";
import { int } from "@/shared/params";
import { protocolProblem, useEvaluationSetup } from "@/state/evaluationSetup";
import { useExperiment } from "@/state/experiment";
import { useContinual } from "@/state/studies";
import { isStudying } from "@/state/study";
import { NumberControl } from "../../controls/NumberControl";
import { formatMeanStd, UNKNOWN } from "../../format";
import { useViewSize } from "../../useViewSize";
import { stepScores } from "./continualLines";
import { ProtocolSettings } from "./ProtocolSettings";
import { StudyControls } from "./StudyControls";
import { NetworkSelect, SnapshotSelect } from "./StudySetup";
import { useBusy } from "./useBusy";
import { useSnapshotDataset } from "./useSnapshotDataset";

const ContinualChart = lazy(() => import("../../charts/ContinualChart"));

const STEPS = 5;
const HEIGHT = 300; // CSS pixels
const REPEATS = int("Repetitions", {
  help: "With other class orders and networks.",
  default: 2,
  min: 1,
  max: 10,
});

/** Classes come in five steps; after each, a network learns anew from the memory alone (GDumb). */
export function ContinualTab() {
  const { phase, update, error, start, pause, resume, stop } = useContinual();
  const setup = useEvaluationSetup();
  const catalog = useExperiment((state) => state.catalog);
  const dataset = useSnapshotDataset(setup.snapshotIds[0]);
  const busy = useBusy("continual");
  const [chosen, setChosen] = useState<PluginChoice | null>(null);
  const [repeats, setRepeats] = useState(REPEATS.default);
  const isLocked = isStudying({ phase });
  const snapshotId = setup.snapshotIds[0];
  const network = chosen ?? setup.candidates[0];
  const reason =
    busy ||
    (snapshotId === undefined ? "A run that has ended leaves a set to study." : "") ||
    (dataset ? "" : "The dataset of this set is not stored here. Import it again.") ||
    (dataset && dataset.classNames.length < STEPS ? `${STEPS} steps need at least ${STEPS} classes.` : "") ||
    protocolProblem(catalog, setup.protocol);
  const begin = () => {
    if (reason || snapshotId === undefined || !dataset || !network || !setup.protocol) return;
    const { protocol, own } = setup;
    void start({
      snapshotId,
      datasetId: dataset.id,
      steps: STEPS,
      repeats,
      network,
      protocol,
      seed: own.seed,
    });
  };

  return (
    <div className="study" data-phase={phase}>
      <div className="study-setup" tabIndex={0} role="group" aria-label="Choices">
        <p className="quiet">
          The classes come in {STEPS} steps. After each, a network is trained from the start on the memory of
          the classes seen so far, and tested on all of them: once with the set as memory, once with as many
          random real images.
        </p>
        <SnapshotSelect disabled={isLocked} />
        <NetworkSelect network={network ?? null} disabled={isLocked} onChange={setChosen} />
        <NumberControl param={REPEATS} value={repeats} disabled={isLocked} onChange={setRepeats} />
        <ProtocolSettings disabled={isLocked} isSmall />
      </div>
      <div className="study-main">
        <StudyControls
          name="the continual learning study"
          phase={phase}
          progress={update}
          error={error}
          reason={reason}
          onStart={begin}
          onPause={() => void pause()}
          onResume={() => void resume()}
          onStop={() => void stop()}
        />
        <div className="study-results" tabIndex={0} role="group" aria-label="What came out">
          {update && update.memories.length > 0 ? (
            <ContinualResults />
          ) : (
            <p className="quiet study-empty">
              Accuracy over the classes seen so far appears here, with the set as memory and with random
              images.
            </p>
          )}
        </div>
      </div>
    </div>
  );
}

function ContinualResults() {
  const update = useContinual((state) => state.update);
  const box = useRef<HTMLDivElement>(null);
  const { width } = useViewSize(box);
  const { classesSeen = [], memories = [] } = update ?? {};
  const lines = memories.map((memory) => ({
    name: memory.subject === "set" ? "Synthetic set" : "Random images",
    role: memory.subject === "set" ? ("set" as const) : ("random" as const),
    points: stepScores(memory, classesSeen.length),
  }));
  return (
    <>
      <section aria-label="Accuracy over classes seen">
        <div className="row">
          <h3>Accuracy on all classes seen</h3>
          <p className="quiet push training-legend">
            <span className="legend">synthetic set</span>
            <span className="legend legend-accuracy">random images</span>
          </p>
        </div>
        <div ref={box} style={{ height: HEIGHT }}>
          <Suspense fallback={<p className="quiet">Loading the chart …</p>}>
            {width > 0 && (
              <ContinualChart width={width} height={HEIGHT} classesSeen={classesSeen} lines={lines} />
            )}
          </Suspense>
        </div>
      </section>
      <div className="results-scroll" tabIndex={0} role="group" aria-label="Results">
        <table className="results figures">
          <thead>
            <tr>
              <th scope="col">Memory</th>
              {classesSeen.map((seen) => (
                <th key={seen} scope="col" className="results-number">
                  {seen} classes
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map(({ role, name, points }) => (
              <tr key={role}>
                <th scope="row">{name}</th>
                {points.map((point, step) => (
                  <td key={classesSeen[step]} className="results-number">
                    {point ? formatMeanStd(point.mean, point.std) : UNKNOWN}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
