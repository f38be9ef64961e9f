import { Tabs } from "radix-ui";
import { useEffect } from "react";
import { useBackend } from "@/state/backend";
import { useEvaluationSetup } from "@/state/evaluationSetup";
import { useExperiment } from "@/state/experiment";
import { useRun } from "@/state/run";
import type { Kind } from "@/shared/experiment";
import { chosenPlugin, pluginValues } from "@/state/settings";
import { useSnapshots } from "@/state/snapshots";
import { Modal } from "../../controls/Modal";
import { AccuracyTab } from "./AccuracyTab";
import { ArchitectureTab } from "./ArchitectureTab";
import { ContinualTab } from "./ContinualTab";
import "./evaluate.css";
import "./choices.css";
import "./results.css";
import "./details.css";
import "./charts.css";

const TABS = [
  ["accuracy", "Accuracy", AccuracyTab],
  ["continual", "Continual learning", ContinualTab],
  ["architectures", "Architecture search", ArchitectureTab],
] as const;

/** How good a set is: accuracies against baselines, and two uses of it. What goes on in it goes on when it is closed. */
export default function EvaluateDialog({ onClose }: { onClose: () => void }) {
  usePreparedSetup();
  return (
    <Modal title="Evaluate" isWide onClose={onClose}>
      <Tabs.Root className="evaluate" defaultValue="accuracy">
        <Tabs.List className="evaluate-tabs" aria-label="Studies">
          {TABS.map(([id, label]) => (
            <Tabs.Trigger key={id} value={id} className="evaluate-tab">
              {label}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {TABS.map(([id, , Tab]) => (
          <Tabs.Content key={id} value={id} className="evaluate-body" tabIndex={-1}>
            <Tab />
          </Tabs.Content>
        ))}
      </Tabs.Root>
    </Modal>
  );
}

/** What was not chosen yet starts as in the run: its network, its protocol, the selected set. */
function usePreparedSetup(): void {
  const catalog = useExperiment((state) => state.catalog);
  const draft = useExperiment((state) => state.draft);
  useEffect(() => {
    if (!catalog || !draft) return;
    const choiceOf = (kind: Kind) => ({
      id: chosenPlugin(catalog, draft, kind).id,
      params: pluginValues(catalog, draft, kind),
    });
    const { config } = useRun.getState();
    const { info } = useBackend.getState();
    const setup = useEvaluationSetup.getState();
    const isSlow = info !== null && (info.id !== "webgpu" || info.software);
    setup.prepare(catalog, config?.network ?? choiceOf("network"), choiceOf("evaluation"), isSlow);
    const { list, selectedId } = useSnapshots.getState();
    setup.chooseSnapshots(list, selectedId);
  }, [catalog, draft]);
}
