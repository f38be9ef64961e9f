import { useEffect, useRef } from "react";
import { pixelsPerImage } from "@/shared/dataset";
import type { Normalisation, SetPlan } from "@/shared/openingSets";
import { imagePixels } from "../../imagePixels";

interface Props {
  plan: SetPlan;
  normalisation: Normalisation;
}

/** Some images of a set, as its numbers are understood at the moment. */
export function SetPreview({ plan, normalisation: { mean, std } }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { shape, preview } = plan;
  const count = preview.length / pixelsPerImage(shape);

  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    for (let i = 0; i < count; i++) {
      const pixels = imagePixels({ images: preview, shape, mean, std }, i);
      context?.putImageData(new ImageData(pixels, shape.width, shape.height), i * shape.width, 0);
    }
  }, [preview, shape, count, mean, std]);

  return (
    <canvas
      ref={canvas}
      className="set-preview"
      width={count * shape.width}
      height={shape.height}
      role="img"
      aria-label="Some images of the set"
    />
  );
}
