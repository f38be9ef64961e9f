import { selectedDataset, useDatasets } from "@/state/datasets";
import { useRun } from "@/state/run";
import { ProgressBar } from "../../controls/ProgressBar";

/** What stands where the images will be: the next thing to do, or how far the preparation is. */
export function RunEmpty() {
  const phase = useRun((state) => state.phase);
  const preparing = useRun((state) => state.preparing);
  const error = useRun((state) => state.error);
  const name = useDatasets((state) => selectedDataset(state)?.name);

  if (phase === "preparing") {
    const step = preparing?.step ?? "Preparing the engine";
    return (
      <div className="run-empty" aria-busy="true">
        <p>{step}</p>
        <div className="run-empty-bar">
          <ProgressBar label={step} done={preparing?.done ?? 0} total={preparing?.total ?? 0} />
        </div>
        <p className="quiet">GPU programs are built and tuned once, before the first iteration.</p>
      </div>
    );
  }
  return (
    <div className="run-empty">
      <span className="run-empty-cells" aria-hidden="true">
        {Array.from({ length: 15 }, (_, cell) => (
          <span key={cell} />
        ))}
      </span>
      {error ? (
        <p>No images: the run ended before the first one.</p>
      ) : name ? (
        <p>{name} is ready. The images appear here once the run has begun, a row per class.</p>
      ) : (
        <p>Choose a dataset first. One click on the sample is enough to see it work.</p>
      )}
    </div>
  );
}
