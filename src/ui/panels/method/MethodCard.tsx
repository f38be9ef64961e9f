import type { Catalog } from "@/shared/experiment";
import type { PluginInfo } from "@/shared/plugin";
import { useExperiment } from "@/state/experiment";
import { HintButton } from "../../controls/Hint";
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
        value={method.id}
        options={catalog.methods.map(({ id, label }) => ({ value: id, label }))}
        disabled={disabled}
        onChange={(id) => choose("method", id)}
      />
      <p>{method.about}</p>
      {method.formula && (
        <pre className="formula" tabIndex={0} aria-label="Formula">
          {method.formula}
        </pre>
      )}
      {method.cite && <p className="quiet">{method.cite}</p>}
      {method.presets && method.presets.length > 0 && (
        <div className="presets" role="group" aria-label="Presets">
          {method.presets.map((preset) => (
            <span key={preset.label} className="preset">
              <button
                type="button"
                className="button button-small"
                disabled={disabled}
                onClick={() => applyPreset(preset)}
              >
                {preset.label}
              </button>
              <HintButton about={`the preset ${preset.label}`} text={`Settings of ${preset.source}`} />
            </span>
          ))}
        </div>
      )}
    </div>
  );
}
