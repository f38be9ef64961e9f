import { useState } from "react";
import { FITS, type Fit } from "@/shared/importChoices";
import { int } from "@/shared/params";
import type { ImportPlan } from "@/shared/importing";
import { NumberControl } from "../../../controls/NumberControl";
import { SelectControl } from "../../../controls/SelectControl";
import type { ImportDraft } from "./importDraft";
import { hasOtherShape, MOST_PIXELS, sizeOptions } from "./importPlanFacts";

const OTHER = "other";
const WIDTH = int("Width", { default: 32, min: 1, max: MOST_PIXELS, unit: "px" });
const HEIGHT = int("Height", { default: 32, min: 1, max: MOST_PIXELS, unit: "px" });

const FIT_LABELS: Record<Fit, string> = {
  crop: "Crop around the centre",
  stretch: "Stretch",
  pad: "Fit with black bars",
};

interface Props {
  plan: ImportPlan;
  draft: ImportDraft;
  onChange: (changes: Partial<ImportDraft>) => void;
}

/** Size and colour of the stored images; when they are added to a dataset, these are its own. */
export function ImageChoices({ plan, draft, onChange }: Props) {
  const { size, fit, channels, target } = draft;
  const [isOther, setIsOther] = useState(false);
  const sizes = sizeOptions(plan);
  return (
    <>
      {!target && (
        <SelectControl
          label="Target size"
          value={isOther ? OTHER : `${size.width}x${size.height}`}
          options={[...sizes, { value: OTHER, label: "Other …" }]}
          onChange={(value) => {
            const chosen = sizes.find((option) => option.value === value);
            setIsOther(!chosen);
            if (chosen) onChange({ size: { width: chosen.width, height: chosen.height } });
          }}
        />
      )}
      {!target && isOther && (
        <>
          <NumberControl
            param={WIDTH}
            value={size.width}
            onChange={(width) => onChange({ size: { ...size, width } })}
          />
          <NumberControl
            param={HEIGHT}
            value={size.height}
            onChange={(height) => onChange({ size: { ...size, height } })}
          />
        </>
      )}
      {hasOtherShape(plan, size) && (
        <SelectControl
          label="Other shapes"
          help="What becomes of images whose sides stand in another ratio than the target's."
          value={fit}
          options={FITS.map((value) => ({ value, label: FIT_LABELS[value] }))}
          onChange={(value) => onChange({ fit: value as Fit })}
        />
      )}
      {!target && (
        <SelectControl
          label="Colour"
          value={String(channels)}
          options={[
            { value: "3", label: plan.channels === 3 ? "Keep colour" : "RGB, three equal channels" },
            { value: "1", label: plan.channels === 3 ? "Turn grey" : "Keep grey" },
          ]}
          onChange={(value) => onChange({ channels: value === "1" ? 1 : 3 })}
        />
      )}
    </>
  );
}
