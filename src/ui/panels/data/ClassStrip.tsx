import { useEffect, useRef } from "react";
import type { DatasetPreview } from "@/shared/importing";

const GAP = 2;
const TALLEST = 24; // CSS pixels

/** A few real images of one class, side by side on one canvas. */
export function ClassStrip({
  preview,
  label,
  name,
}: {
  preview: DatasetPreview;
  label: number;
  name: string;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height, perClass } = preview;
  const fullWidth = perClass * (width + GAP) - GAP;
  const scale = Math.min(1, TALLEST / height);

  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const bytes = width * height * 4;
    for (let at = 0; at < perClass; at++) {
      const start = (label * perClass + at) * bytes;
      if (start + bytes > preview.pixels.length) break;
      const image = new ImageData(preview.pixels.subarray(start, start + bytes), width, height);
      context.putImageData(image, at * (width + GAP), 0);
    }
  }, [preview, label, width, height, perClass]);

  return (
    <canvas
      ref={canvas}
      className="strip"
      width={fullWidth}
      height={height}
      role="img"
      aria-label={`Real images of ${name}`}
      style={{ width: fullWidth * scale, height: height * scale }}
    />
  );
}
