import { useId, useState, type KeyboardEvent } from "react";
import { paramProblem, type NumberParam } from "@/shared/params";
import { ControlFrame } from "./ControlFrame";
import { DiceIcon } from "./Icons";
import {
  entryText,
  fromPlace,
  hasSlider,
  nudged,
  parseEntry,
  sliderRange,
  spoken,
  toPlace,
} from "./numberScale";
import { RangeSlider } from "./RangeSlider";

interface Props {
  param: NumberParam;
  value: number;
  disabled?: boolean;
  onChange: (value: number) => void;
}

/** A slider where one helps, a number entry always; what is wrong stands below and is never corrected silently. */
export function NumberControl({ param, value, disabled = false, onChange }: Props) {
  const id = useId();
  const [typed, setTyped] = useState("");
  const problem = paramProblem(param, value);
  // what was typed stays as typed ("1.", "1e-3") as long as it means the value
  const text = Object.is(parseEntry(typed), value) ? typed : entryText(value);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    onChange(nudged(param, value, event.key === "ArrowUp" ? 1 : -1));
  };

  const entry = (
    <span className={`entry ${param.unit ? "entry-unit" : ""}`}>
      <input
        id={id}
        className="input"
        type="number"
        inputMode={param.kind === "int" ? "numeric" : "decimal"}
        step="any"
        min={param.min}
        max={param.max}
        value={text}
        disabled={disabled}
        aria-invalid={problem !== ""}
        aria-describedby={problem ? `${id}-problem` : undefined}
        onChange={(event) => {
          setTyped(event.target.value);
          onChange(parseEntry(event.target.value));
        }}
        onKeyDown={onKeyDown}
      />
      {param.unit && <span>{param.unit}</span>}
    </span>
  );
  const dice = !hasSlider(param) && (
    <button
      type="button"
      className="button button-icon"
      aria-label={`Draw another value for ${param.label}`}
      title="Draw another"
      disabled={disabled}
      onClick={() => onChange(drawnBelow(Math.min(param.max, 1_000_000)))}
    >
      <DiceIcon />
    </button>
  );

  return (
    <ControlFrame
      label={param.label}
      labelFor={id}
      help={param.help}
      symbol={param.symbol}
      problem={problem}
      problemId={`${id}-problem`}
      end={
        <>
          {dice}
          {entry}
        </>
      }
    >
      {hasSlider(param) && (
        <RangeSlider
          label={param.label}
          {...sliderRange(param)}
          place={toPlace(param, value)}
          spoken={spoken(param, value)}
          disabled={disabled}
          onPlace={(place) => onChange(fromPlace(param, place))}
        />
      )}
    </ControlFrame>
  );
}

/** A person's throw of the dice: the only randomness that is not seeded, since it makes the seed. */
const drawnBelow = (limit: number) => crypto.getRandomValues(new Uint32Array(1))[0]! % limit;
