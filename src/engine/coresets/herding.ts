import { checkCount, meanOf, rowCount, type FeatureRows } from "./coreset";

/**
 * Greedy herding (Welling 2009, as used by iCaRL): adds the image that brings the mean of the chosen nearest to the
 * mean μ of the class.
 *
 *   i_t = argmin_i | μ - (Σ_{s<t} φ_s + φ_i) / t |
 *
 * @param features of the images of one class
 * @returns `count` different rows, in the order of picking
 */
export function herding(features: FeatureRows, count: number): number[] {
  checkCount("herding", features, count);
  const { values, size } = features;
  const rows = rowCount(features);
  const mean = meanOf(features);
  const sum = new Float64Array(size);
  const chosen: number[] = [];
  const taken = new Uint8Array(rows);
  while (chosen.length < count) {
    const share = chosen.length + 1;
    let [best, least] = [-1, Infinity];
    for (let row = 0; row < rows; row++) {
      if (taken[row]) continue;
      let distance = 0;
      for (let i = 0, at = row * size; i < size; i++, at++) {
        const difference = mean[i]! - (sum[i]! + values[at]!) / share;
        distance += difference * difference;
      }
      if (distance < least) [best, least] = [row, distance];
    }
    if (best < 0) throw new Error("herding(): the features are not numbers");
    chosen.push(best);
    taken[best] = 1;
    for (let i = 0; i < size; i++) sum[i]! += values[best * size + i]!;
  }
  return chosen;
}
