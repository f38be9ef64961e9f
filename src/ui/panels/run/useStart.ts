import { useBackend } from "@/state/backend";
import { selectedDataset, useDatasets } from "@/state/datasets";
import { useEvaluating } from "@/state/evaluating";
import { useExperiment } from "@/state/experiment";
import { isTraining, useExperts } from "@/state/experts";
import { useRun } from "@/state/run";
import { configOf, problemsOf } from "@/state/settings";
import { useArchitectures, useContinual } from "@/state/studies";
import { isStudying } from "@/state/study";
import { useTabs, viewingReason } from "@/state/tabs";

/** Why a run cannot begin now ("" when it can), and what begins it. */
export function useStart(): { reason: string; start: () => void } {
  const dataset = useDatasets(selectedDataset);
  const catalog = useExperiment((state) => state.catalog);
  const draft = useExperiment((state) => state.draft);
  const backend = useBackend((state) => state.phase);
  const isBusy = useExperts(isTraining);
  const isStudied = [useEvaluating(isStudying), useContinual(isStudying), useArchitectures(isStudying)].some(
    Boolean,
  );
  const begin = useRun((state) => state.start);

  const viewing = useTabs(viewingReason);

  const reason = (() => {
    if (viewing) return viewing;
    if (backend === "failed") return "The engine does not run.";
    if (!catalog || !draft || backend === "starting") return "The engine is being prepared.";
    if (!dataset) return "Choose a dataset first.";
    if (isBusy) return "Experts are being trained.";
    if (isStudied) return "A set is being evaluated.";
    return problemsOf(catalog, draft)[0] ?? "";
  })();
  const start = () => {
    if (reason || !catalog || !draft || !dataset) return;
    void begin(configOf(catalog, draft, dataset.id), dataset);
  };
  return { reason, start };
}
