import { useBackend } from "@/state/backend";
import { selectedDataset, useDatasets } from "@/state/datasets";
import { useEvaluating } from "@/state/evaluating";
import { useExperiment } from "@/state/experiment";
import { isTraining, useExperts } from "@/state/experts";
import { useRecovery } from "@/state/recovery";
import { useRun } from "@/state/run";
import { configOf, problemsOf } from "@/state/settings";
import { useArchitectures, useContinual } from "@/state/studies";
import { isStudying } from "@/state/study";
import { useTabs, viewingReason } from "@/state/tabs";

/** Why the engine cannot take anything on now, "" when it can. */
export function useEngineReason(): string {
  const isKnown = useExperiment(({ catalog, draft }) => catalog !== null && draft !== null);
  const backend = useBackend((state) => state.phase);
  const isRecovering = useRecovery((state) => state.phase === "recovering");
  const isTrained = useExperts(isTraining);
  const viewing = useTabs(viewingReason);
  const isStudied = [useEvaluating(isStudying), useContinual(isStudying), useArchitectures(isStudying)].some(
    Boolean,
  );
  if (viewing) return viewing;
  if (isRecovering) return "The graphics device is being taken again.";
  if (backend === "failed") return "The engine does not run.";
  if (!isKnown || backend === "starting") return "The engine is being prepared.";
  if (isTrained) return "Experts are being trained.";
  return isStudied ? "A set is being evaluated." : "";
}

/** Why a run cannot begin now ("" when it can), and what begins it. */
export function useStart(): { reason: string; start: () => void } {
  const dataset = useDatasets(selectedDataset);
  const catalog = useExperiment((state) => state.catalog);
  const draft = useExperiment((state) => state.draft);
  const engineReason = useEngineReason();
  const begin = useRun((state) => state.start);

  const reason = (() => {
    if (engineReason || !catalog || !draft) return engineReason;
    if (!dataset) return "Choose a dataset first.";
    return problemsOf(catalog, draft)[0] ?? "";
  })();
  const start = () => {
    if (reason || !catalog || !draft || !dataset) return;
    void begin(configOf(catalog, draft, dataset.id), dataset);
  };
  return { reason, start };
}
