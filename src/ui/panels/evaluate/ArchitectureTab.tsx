import { useState } from "react";
import { int } from "@/shared/params";
import { protocolProblem, useEvaluationSetup } from "@/state/evaluationSetup";
import { useExperiment } from "@/state/experiment";
import { useArchitectures } from "@/state/studies";
import { isStudying } from "@/state/study";
import { NumberControl } from "../../controls/NumberControl";
import { plural } from "../../format";
import { ArchitectureResults } from "./ArchitectureResults";
import { GRID_OPTIONS, networkGrid, type GridChoice } from "./networkGrid";
import { ProtocolSettings } from "./ProtocolSettings";
import { StudyControls } from "./StudyControls";
import { SnapshotSelect } from "./StudySetup";
import { useBusy } from "./useBusy";
import { useSnapshotDataset } from "./useSnapshotDataset";

const FEWEST = 3; // networks, for a rank correlation
const REAL_EPOCHS = int("Epochs on real images", {
  help: "Passes over all real training images, for each network.",
  default: 5,
  min: 1,
  max: 100,
});

/** Does the set rank networks as all the data does? Then it can stand in for it in a search. */
export function ArchitectureTab() {
  const { phase, update, error, start, pause, resume, stop } = useArchitectures();
  const setup = useEvaluationSetup();
  const catalog = useExperiment((state) => state.catalog);
  const dataset = useSnapshotDataset(setup.snapshotIds[0]);
  const busy = useBusy("architectures");
  const [choice, setChoice] = useState<GridChoice>({
    widths: [8, 16, 32],
    depths: [1, 2],
    norms: ["instance"],
  });
  const [realEpochs, setRealEpochs] = useState(REAL_EPOCHS.default);
  const isLocked = isStudying({ phase });
  const snapshotId = setup.snapshotIds[0];
  const convnet = catalog?.networks.find(({ id }) => id === "convnet");
  const grid = convnet ? networkGrid(convnet.params, choice) : [];
  const norm = convnet?.params["norm"];
  const normLabels = norm?.kind === "choice" ? norm.options : [];
  const reason =
    busy ||
    (snapshotId === undefined ? "A run that has ended leaves a set to study." : "") ||
    (dataset ? "" : "The dataset of this set is not stored here. Import it again.") ||
    (grid.length < FEWEST ? `A ranking needs at least ${FEWEST} networks.` : "") ||
    protocolProblem(catalog, setup.protocol);
  const begin = () => {
    if (reason || snapshotId === undefined || !dataset || !setup.protocol) return;
    const { protocol, own } = setup;
    void start({ snapshotId, datasetId: dataset.id, grid, protocol, realEpochs, seed: own.seed });
  };

  return (
    <div className="study" data-phase={phase}>
      <div className="study-setup" tabIndex={0} role="group" aria-label="Choices">
        <p className="quiet">
          Every ConvNet of the grid is trained on the set and on all real images. When both rank the networks
          alike, the set can stand in for the data in a search.
        </p>
        <SnapshotSelect disabled={isLocked} />
        <GridBoxes
          legend="Widths"
          options={GRID_OPTIONS.widths}
          chosen={choice.widths}
          disabled={isLocked}
          onChange={(widths) => setChoice({ ...choice, widths })}
        />
        <GridBoxes
          legend="Depths"
          options={GRID_OPTIONS.depths}
          chosen={choice.depths}
          disabled={isLocked}
          onChange={(depths) => setChoice({ ...choice, depths })}
        />
        <GridBoxes
          legend="Norms"
          options={GRID_OPTIONS.norms}
          labelOf={(value) => normLabels.find((option) => option.value === value)?.label ?? value}
          chosen={choice.norms}
          disabled={isLocked}
          onChange={(norms) => setChoice({ ...choice, norms })}
        />
        <p className="quiet figures">{plural(grid.length, "network")} in the grid</p>
        <NumberControl param={REAL_EPOCHS} value={realEpochs} disabled={isLocked} onChange={setRealEpochs} />
        <ProtocolSettings disabled={isLocked} isSmall />
      </div>
      <div className="study-main">
        <StudyControls
          name="the architecture search"
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
          {update && update.rows.length > 0 ? (
            <ArchitectureResults update={update} />
          ) : (
            <p className="quiet study-empty">
              One dot per network appears here: its accuracy when trained on the set, and when trained on real
              images, with the rank correlation of both.
            </p>
          )}
        </div>
      </div>
    </div>
  );
}

interface BoxesProps<T extends string | number> {
  legend: string;
  options: readonly T[];
  labelOf?: (value: T) => string;
  chosen: readonly T[];
  disabled: boolean;
  onChange: (chosen: T[]) => void;
}

function GridBoxes<T extends string | number>(props: BoxesProps<T>) {
  const { legend, options, labelOf = String, chosen, disabled, onChange } = props;
  return (
    <fieldset className="choices" aria-label={legend} disabled={disabled}>
      <legend>{legend}</legend>
      <div className="boxes">
        {options.map((value) => (
          <label key={value} className="box">
            <input
              type="checkbox"
              checked={chosen.includes(value)}
              onChange={({ target }) =>
                onChange(
                  options.filter((other) => (other === value ? target.checked : chosen.includes(other))),
                )
              }
            />
            {labelOf(value)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
