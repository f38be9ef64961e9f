import { useId, useState } from "react";
import { ControlFrame } from "../../../controls/ControlFrame";

interface Props {
  label: string;
  value: number | null;
  onChange: (value: number | null) => void;
}

/** Images of each class at most; empty for all of them. */
export function LimitEntry({ label, value, onChange }: Props) {
  const id = useId();
  const [text, setText] = useState(value === null ? "" : String(value));
  const isWrong = value !== null && (!Number.isInteger(value) || value < 1);
  return (
    <ControlFrame
      label={label}
      labelFor={id}
      end={
        <span className="entry">
          <input
            id={id}
            className="input"
            type="number"
            inputMode="numeric"
            min={1}
            placeholder="all"
            value={text}
            aria-invalid={isWrong}
            onChange={(event) => {
              setText(event.target.value);
              onChange(event.target.value.trim() === "" ? null : Number(event.target.value));
            }}
          />
        </span>
      }
    />
  );
}
