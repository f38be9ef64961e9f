/** Features of real images, from which coresets are chosen; a selection is a list of their rows. */

/** One row of numbers per image, [n, size]. */
export interface FeatureRows {
  values: Float32Array;
  size: number;
}

export const rowCount = ({ values, size }: FeatureRows): number => values.length / size;

/** Squared distance of a row and a point [size]. */
export function squaredDistance(
  { values, size }: FeatureRows,
  row: number,
  point: ArrayLike<number>,
): number {
  let sum = 0;
  for (let i = 0, at = row * size; i < size; i++, at++) {
    const difference = values[at]! - point[i]!;
    sum += difference * difference;
  }
  return sum;
}

/** The mean of all rows, [size]. */
export function meanOf(features: FeatureRows): Float64Array {
  const { values, size } = features;
  const mean = new Float64Array(size);
  const count = rowCount(features);
  values.forEach((value, i) => (mean[i % size]! += value / count));
  return mean;
}

/** @throws Error when more rows are wanted than there are */
export function checkCount(who: string, features: FeatureRows, count: number): void {
  if (count > rowCount(features)) throw new Error(`${who}(): wanted ${count} of ${rowCount(features)} rows`);
}
