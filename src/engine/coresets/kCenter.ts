import { checkCount, meanOf, rowCount, squaredDistance, type FeatureRows } from "./coreset";

/**
 * Greedy k-center (Sener & Savarese 2018): adds the image that is farthest from all chosen ones.
 *
 *   i_t = argmax_i min_{s<t} | φ_i - φ_s |
 *
 * @param first the row to start from; default the one nearest to the mean
 * @returns `count` different rows, in the order of picking
 */
export function kCenter(features: FeatureRows, count: number, first = nearestToMean(features)): number[] {
  checkCount("kCenter", features, count);
  const rows = rowCount(features);
  const { values, size } = features;
  const nearest = new Float64Array(rows).fill(Infinity); // squared distance to the chosen; -1 for the chosen
  const chosen: number[] = [];
  let next = first;
  while (chosen.length < count) {
    if (next < 0) throw new Error("kCenter(): the features are not numbers");
    chosen.push(next);
    nearest[next] = -1;
    const center = values.subarray(next * size, (next + 1) * size);
    let farthest = -1;
    next = -1;
    for (let row = 0; row < rows; row++) {
      if (nearest[row]! < 0) continue;
      nearest[row] = Math.min(nearest[row]!, squaredDistance(features, row, center));
      if (nearest[row]! > farthest) [next, farthest] = [row, nearest[row]!];
    }
  }
  return chosen;
}

function nearestToMean(features: FeatureRows): number {
  const mean = meanOf(features);
  let [best, least] = [-1, Infinity];
  for (let row = 0; row < rowCount(features); row++) {
    const distance = squaredDistance(features, row, mean);
    if (distance < least) [best, least] = [row, distance];
  }
  return best;
}
