import { useState } from "react";
import { int } from "@/shared/params";
import { useExperiment } from "@/state/experiment";
import { useArchitectures } from "@/state/studies";
import { isStudying } from "@/state/study";
import { NumberControl } from "../../controls/NumberControl";
import { plural } from "../../format";
import { ArchitectureResults } from "./ArchitectureResults";
import { GridBoxes } from "./GridBoxes";
import { GRID_OPTIONS, networkGrid, type GridChoice } from "./networkGrid";
import { ProtocolSettings } from "./ProtocolSettings";
import { StudyLayout } from "./StudyLayout";
import { SnapshotSelect } from "./StudySetup";
import { useStudiedSet } from "./useStudiedSet";

const FEWEST = 3; // networks, for a rank correlation
const REAL_EPOCHS = int("Epochs on real images", {
  help: "Passes over all real training images, for each network.",
  default: 5,
  min: 1,
  max: 100,
});

/** Does the set rank networks as all the data does? Then it can stand in for it in a search. */
export function ArchitectureTab() {
  const study = useArchitectures();
  const catalog = useExperiment((state) => state.catalog);
  const studied = useStudiedSet("architectures");
  const [choice, setChoice] = useState<GridChoice>({
    widths: [8, 16, 32],
    depths: [1, 2],
    norms: ["instance"],
  });
  const [realEpochs, setRealEpochs] = useState(REAL_EPOCHS.default);
  const isLocked = isStudying(study);
  const convnet = catalog?.networks.find(({ id }) => id === "convnet");
  const grid = convnet ? networkGrid(convnet.params, choice) : [];
  const norm = convnet?.params["norm"];
  const normLabels = norm?.kind === "choice" ? norm.options : [];
  const reason =
    studied.reason || (grid.length < FEWEST ? `A ranking needs at least ${FEWEST} networks.` : "");
  const begin = () => {
    if (reason || !studied.request) return;
    void study.start({ ...studied.request, grid, realEpochs });
  };

  return (
    <StudyLayout
      name="the architecture search"
      study={study}
      reason={reason}
      onStart={begin}
      choices={
        <>
          <p className="quiet">
            Every ConvNet of the grid is trained on the set and on all real images. When both rank the
            networks alike, the set can stand in for the data in a search.
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
          <NumberControl
            param={REAL_EPOCHS}
            value={realEpochs}
            disabled={isLocked}
            onChange={setRealEpochs}
          />
          <ProtocolSettings disabled={isLocked} isSmall />
        </>
      }
    >
      {study.update && study.update.rows.length > 0 ? (
        <ArchitectureResults update={study.update} />
      ) : (
        <p className="quiet study-empty">
          One dot per network appears here: its accuracy when trained on the set, and when trained on real
          images, with the rank correlation of both.
        </p>
      )}
    </StudyLayout>
  );
}
