import { continueFrom } from "@/state/continuing";
import { useExperiment } from "@/state/experiment";
import { isActive, useRun } from "@/state/run";
import { selectedSnapshot, useSnapshots } from "@/state/snapshots";
import { useTabs, viewingReason } from "@/state/tabs";
import { useSnapshotDataset } from "../evaluate/useSnapshotDataset";

/** Lets the next run begin with the kept set that is selected. */
export function ContinueButton() {
  const info = useSnapshots(selectedSnapshot);
  const dataset = useSnapshotDataset(info?.id);
  const isRunning = useRun(isActive);
  const viewing = useTabs(viewingReason);
  const isNext = useExperiment(
    ({ draft }) => draft?.run["init"] === "set" && draft.run["initialSet"] === info?.id,
  );
  if (!info) return null;
  const reason =
    viewing || (isRunning ? "A run goes on." : dataset ? "" : `Import ${info.datasetName} first.`);
  return (
    <div className="continue">
      <button
        type="button"
        className="button button-wide"
        disabled={reason !== ""}
        aria-describedby="continue-about"
        onClick={() => void continueFrom(info)}
      >
        Continue from this
      </button>
      <p className="quiet" id="continue-about">
        {reason ||
          (isNext
            ? "The next run begins with this set: see Initialisation, then press Start."
            : "Takes its settings, and lets the next run begin with its images.")}
      </p>
    </div>
  );
}
