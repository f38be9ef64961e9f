interface Props<T extends string | number> {
  legend: string;
  options: readonly T[];
  labelOf?: (value: T) => string;
  chosen: readonly T[];
  disabled: boolean;
  onChange: (chosen: T[]) => void;
}

/** One setting of a grid of networks: any number of its values. */
export function GridBoxes<T extends string | number>(props: Props<T>) {
  const { legend, options, labelOf = String, chosen, disabled, onChange } = props;
  return (
    <fieldset className="choices" aria-label={legend} disabled={disabled}>
      <legend>{legend}</legend>
      <div className="boxes">
        {options.map((value) => (
          <label key={value} className="box">
            <input
              type="checkbox"
              checked={chosen.includes(value)}
              onChange={({ target }) =>
                onChange(
                  options.filter((other) => (other === value ? target.checked : chosen.includes(other))),
                )
              }
            />
            {labelOf(value)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
