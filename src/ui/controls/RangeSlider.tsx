import { Slider } from "radix-ui";

interface Props {
  /** The accessible name. */
  label: string;
  min: number;
  max: number;
  step?: number;
  place: number;
  /** What a screen reader says for the place; the place itself when left out. */
  spoken?: string;
  disabled?: boolean;
  onPlace: (place: number) => void;
}

/** One thumb on a track. */
export function RangeSlider({ label, min, max, step = 1, place, spoken, disabled = false, onPlace }: Props) {
  return (
    <Slider.Root
      className="slider"
      min={min}
      max={max}
      step={step}
      value={[place]}
      disabled={disabled}
      onValueChange={([next]) => next !== undefined && onPlace(next)}
    >
      <Slider.Track className="slider-track">
        <Slider.Range className="slider-range" />
      </Slider.Track>
      <Slider.Thumb
        className="slider-thumb"
        aria-label={label}
        {...(spoken && { "aria-valuetext": spoken })}
      />
    </Slider.Root>
  );
}
