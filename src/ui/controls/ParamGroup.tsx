import { memo } from "react";
import type { Param, ParamRecord, Params, ParamValue } from "@/shared/params";
import { isShown } from "@/state/settings";
import { ParamControl } from "./ParamControl";

interface Props {
  params: Params;
  values: ParamRecord;
  disabled?: boolean;
  /** The same function from one drawing to the next: a control is drawn again only when something of it changes. */
  onChange: (key: string, value: ParamValue) => void;
}

/** The controls of a record of parameters; advanced ones fold away. */
export function ParamGroup({ params, values, disabled = false, onChange }: Props) {
  const shown = Object.entries(params).filter(([, param]) => isShown(param, values));
  const plain = shown.filter(([, param]) => !param.advanced);
  const advanced = shown.filter(([, param]) => param.advanced);
  const control = ([key, param]: (typeof shown)[number]) => (
    <MemberControl
      key={key}
      name={key}
      param={param}
      value={values[key] ?? param.default}
      disabled={disabled}
      onChange={onChange}
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

interface MemberProps extends Pick<Props, "onChange"> {
  name: string;
  param: Param;
  value: ParamValue;
  disabled: boolean;
}

/** One of the record. Typing into one control leaves the dozens beside it alone. */
const MemberControl = memo(function MemberControl({ name, param, value, disabled, onChange }: MemberProps) {
  return (
    <ParamControl param={param} value={value} disabled={disabled} onChange={(next) => onChange(name, next)} />
  );
});
