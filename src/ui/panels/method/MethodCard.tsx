import { memo } from "react";
import type { Catalog } from "@/shared/experiment";
import type { PluginInfo } from "@/shared/plugin";
import { useExperiment } from "@/state/experiment";
import { SelectControl } from "../../controls/SelectControl";
import { Presets } from "./Presets";

interface Props {
  catalog: Catalog;
  method: PluginInfo;
  disabled: boolean;
}

/** Which method, what it does in one sentence, its formula, its paper, and the settings that its paper recommends. */
export const MethodCard = memo(function MethodCard({ catalog, method, disabled }: Props) {
  const choose = useExperiment((state) => state.choose);
  return (
    <div className="method-card">
      <SelectControl
        label="Method"
        isStacked
        value={method.id}
        options={catalog.methods.map(({ id, label }) => ({ value: id, label }))}
        disabled={disabled}
        onChange={(id) => choose("method", id)}
      />
      <p className="method-about">{method.about}</p>
      {method.formula && (
        <pre className="formula" tabIndex={0} aria-label="Formula">
          {method.formula}
        </pre>
      )}
      {method.cite && <p className="quiet">{method.cite}</p>}
      <Presets kind="method" presets={method.presets} disabled={disabled} />
    </div>
  );
});
