import { memo } from "react";
import type { Preset } from "@/shared/plugin";
import { useExperiment } from "@/state/experiment";
import type { Kind } from "@/shared/experiment";
import { Hint } from "../../controls/Hint";

interface Props {
  kind: Kind;
  presets: readonly Preset[] | undefined;
  disabled: boolean;
}

/** Settings that a paper recommends, one click each. */
export const Presets = memo(function Presets({ kind, presets = [], disabled }: Props) {
  const applyPreset = useExperiment((state) => state.applyPreset);
  if (presets.length === 0) return null;
  return (
    <div className="presets" role="group" aria-label="Presets">
      {presets.map((preset) => (
        <Hint key={preset.label} text={`Settings of ${preset.source}`}>
          <button
            type="button"
            className="button button-small"
            disabled={disabled}
            onClick={() => applyPreset(kind, preset)}
          >
            {preset.label}
          </button>
        </Hint>
      ))}
    </div>
  );
});
