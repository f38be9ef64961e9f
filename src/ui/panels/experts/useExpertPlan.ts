import { useEffect, useMemo } from "react";
import type { ExperimentConfig } from "@/shared/experiment";
import { selectedDataset, useDatasets } from "@/state/datasets";
import { useExperiment } from "@/state/experiment";
import { useExperts } from "@/state/experts";
import { configOf, problemsOf } from "@/state/settings";
import { useTabs, viewingReason } from "@/state/tabs";

const SETTLE_MS = 250;

/** The config of the present settings, and why there is none; asks the engine what it needs whenever it changes. */
export function useExpertPlan(): { config: ExperimentConfig | null; reason: string } {
  const dataset = useDatasets(selectedDataset);
  const catalog = useExperiment((state) => state.catalog);
  const draft = useExperiment((state) => state.draft);
  const plan = useExperts((state) => state.plan);
  const reason = !dataset
    ? "Choose a dataset first."
    : !catalog || !draft
      ? "The engine is being prepared."
      : (problemsOf(catalog, draft)[0] ?? "");
  const text =
    dataset && catalog && draft && !reason ? JSON.stringify(configOf(catalog, draft, dataset.id)) : "";
  const config = useMemo(() => (text ? (JSON.parse(text) as ExperimentConfig) : null), [text]);

  const viewing = useTabs(viewingReason); // then the other tab tells what is needed
  useEffect(() => {
    if (!config || viewing) return;
    const timer = setTimeout(() => void plan(config), SETTLE_MS); // a slider on its way asks nothing
    return () => clearTimeout(timer);
  }, [config, plan, viewing]);

  return { config, reason };
}
