import { memo, useCallback, useState } from "react";
import { defaultsOf, paramProblem, type ParamRecord, type ParamValue } from "@/shared/params";
import { useExperiment } from "@/state/experiment";
import { useEvaluationSetup } from "@/state/evaluationSetup";
import { choiceKey, networkLabel } from "@/state/networkChoice";
import { PlusIcon } from "../../controls/Icons";
import { ParamGroup } from "../../controls/ParamGroup";
import { SelectControl } from "../../controls/SelectControl";

/** On which networks: any of the catalog, and variants that are added here. */
export const NetworkBoxes = memo(function NetworkBoxes({ disabled }: { disabled: boolean }) {
  const catalog = useExperiment((state) => state.catalog);
  const candidates = useEvaluationSetup((state) => state.candidates);
  const ticked = useEvaluationSetup((state) => state.ticked);
  const tick = useEvaluationSetup((state) => state.tickNetwork);
  return (
    <fieldset className="choices" aria-label="Networks" disabled={disabled}>
      <legend>Networks</legend>
      <div className="choices-list">
        {candidates.map((choice) => (
          <label key={choiceKey(choice)} className="box choice">
            <input
              type="checkbox"
              checked={ticked.includes(choiceKey(choice))}
              onChange={(event) => tick(choice, event.target.checked)}
            />
            <span className="choice-text">{networkLabel(catalog, choice)}</span>
          </label>
        ))}
      </div>
      <NewNetwork disabled={disabled} />
    </fieldset>
  );
});

/** A network with settings of its own: another width, depth or norm. */
function NewNetwork({ disabled }: { disabled: boolean }) {
  const networks = useExperiment((state) => state.catalog?.networks);
  const add = useEvaluationSetup((state) => state.addNetwork);
  const adjustable = (networks ?? []).filter(({ params }) => Object.keys(params).length > 0);
  const [id, setId] = useState("convnet");
  const [changed, setChanged] = useState<ParamRecord>({});
  const change = useCallback(
    (key: string, value: ParamValue) => setChanged((before) => ({ ...before, [key]: value })),
    [],
  );
  const info = adjustable.find((network) => network.id === id) ?? adjustable[0];
  if (!info) return null;
  const values: ParamRecord = { ...defaultsOf(info.params), ...changed };
  const isWrong = Object.entries(info.params).some(([key, param]) => paramProblem(param, values[key]) !== "");
  return (
    <details className="fold">
      <summary>Add a variant</summary>
      <div className="stack choices-inset">
        {adjustable.length > 1 && (
          <SelectControl
            label="Kind of network"
            value={info.id}
            options={adjustable.map((network) => ({ value: network.id, label: network.label }))}
            disabled={disabled}
            onChange={(next) => {
              setId(next);
              setChanged({});
            }}
          />
        )}
        <ParamGroup params={info.params} values={values} disabled={disabled} onChange={change} />
        <button
          type="button"
          className="button"
          disabled={disabled || isWrong}
          onClick={() => add({ id: info.id, params: values })}
        >
          <PlusIcon />
          Add network
        </button>
      </div>
    </details>
  );
}
