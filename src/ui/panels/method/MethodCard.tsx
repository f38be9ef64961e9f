import type { Catalog } from "@/shared/experiment";
import type { PluginInfo } from "@/shared/plugin";
import { useExperiment } from "@/state/experiment";
import { Hint } from "../../controls/Hint";
import { SelectControl } from "../../controls/SelectControl";

interface Props {
  catalog: Catalog;
  method: PluginInfo;
  disabled: boolean;
}

/** Which method, what it does in one sentence, its formula, its paper, and the settings that its paper recommends. */
export function MethodCard({ catalog, method, disabled }: Props) {
  const choose = useExperiment((state) => state.choose);
  const applyPreset = useExperiment((state) => state.applyPreset);
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
      {method.presets && method.presets.length > 0 && (
        <div className="presets" role="group" aria-label="Presets">
          {method.presets.map((preset) => (
            <Hint key={preset.label} text={`Settings of ${preset.source}`}>
              <button
                type="button"
                className="button button-small"
                disabled={disabled}
                onClick={() => applyPreset(preset)}
              >
                {preset.label}
              </button>
            </Hint>
          ))}
        </div>
      )}
    </div>
  );
}
