import { lazy, Suspense, useState } from "react";
import { isTraining, useExperts } from "@/state/experts";
import { plural } from "../../format";
import { useExpertPlan } from "./useExpertPlan";

/** Opened seldom: it comes when it is asked for. */
const ExpertsDialog = lazy(() => import("./ExpertsDialog"));

/** How many of the needed experts are stored, and the way to them. */
export function ExpertsRow() {
  const { config, reason } = useExpertPlan();
  const needs = useExperts((state) => state.needs);
  const active = useExperts(isTraining);
  const progress = useExperts((state) => state.progress);
  const [isOpen, setIsOpen] = useState(false);
  const known = config && needs;
  return (
    <div className="row">
      <p className="quiet figures grow ellipsis">
        {active
          ? (progress?.step ?? "Preparing the experts")
          : known
            ? needs.ready >= needs.experts
              ? `${plural(needs.experts, "expert")} ready`
              : `${needs.ready} of ${plural(needs.experts, "expert")} ready`
            : "Experts"}
      </p>
      <button type="button" className="button button-small" onClick={() => setIsOpen(true)}>
        Experts…
      </button>
      {isOpen && (
        <Suspense fallback={null}>
          <ExpertsDialog config={config} reason={reason} onClose={() => setIsOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}
