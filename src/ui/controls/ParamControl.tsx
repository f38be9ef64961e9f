import { Switch } from "radix-ui";
import { paramProblem, type Param, type ParamValue } from "@/shared/params";
import { ControlFrame } from "./ControlFrame";
import { KeptSetControl } from "./KeptSetControl";
import { NumberControl } from "./NumberControl";
import { SelectControl } from "./SelectControl";
import { subsetOf, withOption } from "./subsetValue";

interface Props {
  param: Param;
  value: ParamValue;
  disabled?: boolean;
  onChange: (value: ParamValue) => void;
}

/** The control of a parameter, from its declaration alone. */
export function ParamControl({ param, value, disabled = false, onChange }: Props) {
  switch (param.kind) {
    case "int":
    case "float":
      return <NumberControl param={param} value={Number(value)} disabled={disabled} onChange={onChange} />;
    case "choice":
      return (
        <SelectControl
          {...frameOf(param, value)}
          value={String(value)}
          options={param.options}
          disabled={disabled}
          onChange={onChange}
        />
      );
    case "flag":
      return (
        <ControlFrame
          {...frameOf(param, value)}
          end={
            <Switch.Root
              className="switch"
              aria-label={param.label}
              checked={value === true}
              disabled={disabled}
              onCheckedChange={onChange}
            >
              <Switch.Thumb className="switch-thumb" />
            </Switch.Root>
          }
        />
      );
    case "subset": {
      const chosen = subsetOf(String(value));
      return (
        <ControlFrame {...frameOf(param, value)}>
          <fieldset className="boxes" aria-label={param.label} disabled={disabled}>
            {param.options.map((option) => (
              <label key={option.value} className="box">
                <input
                  type="checkbox"
                  checked={chosen.has(option.value)}
                  onChange={(event) =>
                    onChange(withOption(param, String(value), option.value, event.target.checked))
                  }
                />
                {option.label}
              </label>
            ))}
          </fieldset>
        </ControlFrame>
      );
    }
    case "keptSet":
      return (
        <KeptSetControl
          {...frameOf(param, value)}
          value={String(value)}
          disabled={disabled}
          onChange={onChange}
        />
      );
    default:
      throw new Error(`ParamControl: unknown kind ${(param satisfies never as Param).kind}`);
  }
}

const frameOf = (param: Param, value: ParamValue) => ({
  label: param.label,
  help: param.help,
  symbol: param.symbol,
  problem: paramProblem(param, value),
});
