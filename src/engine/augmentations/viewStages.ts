import type { ImageShape } from "@/shared/dataset";
import type { ViewStage } from "@/tensor/ops/viewStage";
import { samplingMap, type CornerConvention, type DsaOperation } from "./dsaOperations";

type Map = readonly [number, number, number, number, number, number];

/**
 * The operations of one image, in order, as few stages as give the same numbers. A stage changes colours, then samples,
 * then cuts. Two samplings become one only where either is a mirroring, which keeps every pixel and reads nothing between
 * the pixels; any others leave zeros at the border, or blur, which one sampling cannot.
 */
export function viewStages(
  operations: readonly DsaOperation[],
  shape: ImageShape,
  convention: CornerConvention,
): ViewStage[] {
  const stages: ViewStage[] = [];
  let onlyMirrored = true; // the last stage, as far as it samples
  const added = (): ViewStage => {
    onlyMirrored = true;
    stages.push({});
    return stages.at(-1)!;
  };
  for (const operation of operations) {
    const last = stages.at(-1);
    if (operation.kind === "color") {
      const { brightness, saturation, contrast } = operation;
      added().color = { brightness, saturation, contrast };
    } else if (operation.kind === "cutout") {
      const stage = last && !last.cut ? last : added();
      stage.cut = rectangleOf(operation);
    } else {
      const map = samplingMap(operation, shape, convention);
      if (!map) continue;
      const isMirror = operation.kind === "flip";
      const stage = last && !last.cut && (!last.map || onlyMirrored || isMirror) ? last : added();
      stage.map = stage.map ? composed(stage.map as Map, map) : map;
      onlyMirrored &&= isMirror;
    }
  }
  return stages;
}

/** First along `inner`, then along `outer` into what the former reads: outer ∘ inner. */
function composed([a, b, c, d, e, f]: Map, [g, h, i, j, k, l]: Map): Map {
  return [
    ...[a * g + b * j, a * h + b * k, a * i + b * l + c],
    ...[d * g + e * j, d * h + e * k, d * i + e * l + f],
  ] as unknown as Map;
}

/** The square shrinks where it leaves the image. */
function rectangleOf({ row, column, height, width }: Extract<DsaOperation, { kind: "cutout" }>) {
  const top = row - Math.floor(height / 2);
  const left = column - Math.floor(width / 2);
  return { top, bottom: top + height, left, right: left + width };
}
