import { useState } from "react";
import { errorInfo, type ErrorInfo } from "@/shared/errors";
import { canExport, useRun } from "@/state/run";
import { readSelected, selectedSnapshot, useSnapshots } from "@/state/snapshots";
import { Alert } from "../../../controls/Alert";

/** Saves the selected set, or the one of the run, as a picture to show: images, method, accuracy on its scale. */
export function SaveCardButton() {
  const info = useSnapshots(selectedSnapshot);
  const hasRun = useRun(canExport);
  const [isWorking, setIsWorking] = useState(false);
  const [error, setError] = useState<ErrorInfo | null>(null);
  const save = async () => {
    setIsWorking(true);
    setError(null);
    try {
      const [snapshot, { saveCard }] = await Promise.all([readSelected(), import("./saveCard")]);
      await saveCard(snapshot, info);
    } catch (caught) {
      setError(errorInfo(caught));
    }
    setIsWorking(false);
  };
  return (
    <>
      <button
        type="button"
        className="button button-wide"
        disabled={isWorking || !(info || hasRun)}
        onClick={() => void save()}
      >
        Save card
      </button>
      {error && <Alert error={error} onDismiss={() => setError(null)} />}
    </>
  );
}
