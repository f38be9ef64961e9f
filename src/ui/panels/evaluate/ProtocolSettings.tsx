import { memo, useCallback } from "react";
import type { Params, ParamValue } from "@/shared/params";
import { SETUP_PARAMS, useEvaluationSetup } from "@/state/evaluationSetup";
import { useExperiment } from "@/state/experiment";
import { Hint } from "../../controls/Hint";
import { ParamGroup } from "../../controls/ParamGroup";
import { SelectControl } from "../../controls/SelectControl";

/** How often a run evaluates says nothing here. */
const OF_THE_RUN = ["interval"];

interface Props {
  disabled: boolean;
  /** For the studies: no word of all data, which has a setting of its own there. */
  isSmall?: boolean;
}

/** How networks are trained and tested; what a paper recommends is one click. */
export const ProtocolSettings = memo(function ProtocolSettings({ disabled, isSmall = false }: Props) {
  const evaluations = useExperiment((state) => state.catalog?.evaluations);
  const protocol = useEvaluationSetup((state) => state.protocol);
  const choose = useEvaluationSetup((state) => state.chooseProtocol);
  const set = useEvaluationSetup((state) => state.setProtocol);
  const own = useEvaluationSetup((state) => state.own);
  const setOwn = useEvaluationSetup((state) => state.setOwn);
  const hasFull = useEvaluationSetup((state) => state.subjects.includes("full"));
  const onChange = useCallback(
    (key: string, value: ParamValue) => (key in SETUP_PARAMS ? setOwn(key, value) : set({ [key]: value })),
    [setOwn, set],
  );
  const info = evaluations?.find(({ id }) => id === protocol?.id);
  if (!evaluations || !protocol || !info) return null;
  const shown: Params = Object.fromEntries(
    Object.entries(info.params).filter(([key]) => !OF_THE_RUN.includes(key)),
  );
  const { fullEpochs, seed } = SETUP_PARAMS;
  return (
    <fieldset className="choices" aria-label="Protocol" disabled={disabled}>
      <legend>Protocol</legend>
      {evaluations.length > 1 && (
        <SelectControl
          label="Protocol"
          isStacked
          help={info.about}
          value={info.id}
          options={evaluations.map(({ id, label }) => ({ value: id, label }))}
          disabled={disabled}
          onChange={(id) => choose(evaluations.find((other) => other.id === id) ?? info)}
        />
      )}
      <div className="presets" role="group" aria-label="Presets of the protocol">
        {info.presets?.map((preset) => (
          <Hint key={preset.label} text={`Settings of ${preset.source}`}>
            <button
              type="button"
              className="button button-small"
              disabled={disabled}
              onClick={() => {
                set(preset.params);
                Object.entries(preset.study ?? {}).forEach(([key, value]) => setOwn(key, value));
              }}
            >
              {preset.label}
            </button>
          </Hint>
        ))}
      </div>
      <ParamGroup
        params={{ ...shown, ...(hasFull && !isSmall && { fullEpochs }), seed }}
        values={{ ...protocol.params, ...own }}
        disabled={disabled}
        onChange={onChange}
      />
    </fieldset>
  );
});
