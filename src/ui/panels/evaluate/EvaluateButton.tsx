import { lazy, Suspense, useState } from "react";
import { useEvaluating } from "@/state/evaluating";
import { useSnapshots } from "@/state/snapshots";
import { isStudying } from "@/state/study";

/** The dialog and its charts come when they are asked for. */
const EvaluateDialog = lazy(() => import("./EvaluateDialog"));

/** Opens the evaluation; while one goes on it says how far it is. */
export function EvaluateButton() {
  const [isOpen, setIsOpen] = useState(false);
  const hasSets = useSnapshots(({ list }) => list.length > 0);
  const isGoing = useEvaluating(isStudying);
  const progress = useEvaluating(({ update }) =>
    update ? `${update.done} of ${update.total} networks` : "",
  );
  return (
    <div className="evaluate-open">
      <button
        type="button"
        className="button button-wide"
        disabled={!hasSets}
        aria-describedby="evaluate-about"
        onClick={() => setIsOpen(true)}
      >
        Evaluate…
      </button>
      <p className="quiet figures" id="evaluate-about">
        {isGoing
          ? `An evaluation goes on: ${progress}`
          : hasSets
            ? "On any network, against random images, coresets and all data."
            : "There is something to evaluate when a run has ended."}
      </p>
      {isOpen && (
        <Suspense fallback={null}>
          <EvaluateDialog onClose={() => setIsOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}
