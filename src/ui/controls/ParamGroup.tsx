import type { ParamRecord, Params, ParamValue } from "@/shared/params";
import { isShown } from "@/state/settings";
import { ParamControl } from "./ParamControl";

interface Props {
  params: Params;
  values: ParamRecord;
  disabled?: boolean;
  onChange: (key: string, value: ParamValue) => void;
}

/** The controls of a record of parameters; advanced ones fold away. */
export function ParamGroup({ params, values, disabled = false, onChange }: Props) {
  const shown = Object.entries(params).filter(([, param]) => isShown(param, values));
  const plain = shown.filter(([, param]) => !param.advanced);
  const advanced = shown.filter(([, param]) => param.advanced);
  const control = ([key, param]: (typeof shown)[number]) => (
    <ParamControl
      key={key}
      param={param}
      value={values[key] ?? param.default}
      disabled={disabled}
      onChange={(value) => onChange(key, value)}
    />
  );
  return (
    <div className="stack">
      {plain.map(control)}
      {advanced.length > 0 && (
        <details className="fold">
          <summary>Advanced</summary>
          <div className="stack">{advanced.map(control)}</div>
        </details>
      )}
    </div>
  );
}
