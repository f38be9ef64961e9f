import { memo } from "react";
import type { PluginChoice } from "@/shared/experiment";
import { useExperiment } from "@/state/experiment";
import { useEvaluationSetup } from "@/state/evaluationSetup";
import { choiceKey, networkLabel } from "@/state/networkChoice";
import { useSnapshots } from "@/state/snapshots";
import { SelectControl } from "../../controls/SelectControl";
import { setName } from "../../runNames";

/** Which one set a study is about. */
export const SnapshotSelect = memo(function SnapshotSelect({ disabled }: { disabled: boolean }) {
  const catalog = useExperiment((state) => state.catalog);
  const list = useSnapshots((state) => state.list);
  const id = useEvaluationSetup((state) => state.snapshotIds[0]);
  const only = useEvaluationSetup((state) => state.onlySnapshot);
  if (list.length === 0 || id === undefined)
    return <p className="quiet">No set is kept yet. A run that ends leaves its set here.</p>;
  return (
    <SelectControl
      label="Set"
      isStacked
      value={id}
      options={list.map((info) => ({ value: info.id, label: setName(catalog, info) }))}
      disabled={disabled}
      onChange={only}
    />
  );
});

interface NetworkProps {
  network: PluginChoice | null;
  disabled: boolean;
  onChange: (choice: PluginChoice) => void;
}

/** Which one network a study trains. */
export function NetworkSelect({ network, disabled, onChange }: NetworkProps) {
  const catalog = useExperiment((state) => state.catalog);
  const candidates = useEvaluationSetup((state) => state.candidates);
  const shown = network ?? candidates[0];
  if (!shown) return null;
  return (
    <SelectControl
      label="Network"
      isStacked
      value={choiceKey(shown)}
      options={candidates.map((choice) => ({
        value: choiceKey(choice),
        label: networkLabel(catalog, choice),
      }))}
      disabled={disabled}
      onChange={(key) => onChange(candidates.find((choice) => choiceKey(choice) === key) ?? shown)}
    />
  );
}
