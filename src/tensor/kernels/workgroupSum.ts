/** WGSL that adds up numbers over all threads of a workgroup. */
import * as tf from "@tensorflow/tfjs";

/** How a workgroup adds up: by subgroups where the device has them, otherwise through workgroup memory alone. */
export type SumPath = "subgroups" | "memory";

let only: SumPath | null = null;

export function sumPath(): SumPath {
  if (only) return only;
  const { device } = tf.backend() as unknown as { device: GPUDevice };
  return device.features.has("subgroups") ? "subgroups" : "memory";
}

/** One path whatever the device has, for tests and benches; null ends that. */
export function forceSumPath(path: SumPath | null): void {
  only = path;
}

/**
 * `fn workgroupSums(own : array<f32, kinds>) -> array<f32, kinds>`, to be called once, by all threads, outside of any
 * branch; every thread gets the sums. Always in the same order on the same device: nothing is added atomically.
 *
 * A subgroup's lanes are counted rather than assumed: which threads form one is not defined. Every subgroup leaves its
 * sum with its first thread, zeros with the others, and then adds up all threads' numbers for itself.
 * @param threads of the workgroup, a power of two
 */
export function workgroupSums(kinds: number, threads: number, path: SumPath): string {
  const memory = `
  var<workgroup> laneSums : array<array<f32, ${threads}>, ${kinds}>;`;
  const each = (code: string): string => `for (var i = 0; i < ${kinds}; i = i + 1) { ${code} }`;
  if (path === "subgroups")
    return `${memory}
  fn workgroupSums(own : array<f32, ${kinds}>) -> array<f32, ${kinds}> {
    var sums = own;
    let lane = i32(subgroupExclusiveAdd(1u));
    let lanes = i32(subgroupAdd(1u));
    ${each("sums[i] = subgroupAdd(sums[i]); laneSums[i][localIndex] = select(0.0, sums[i], lane == 0); sums[i] = 0.0;")}
    workgroupBarrier();
    for (var other = lane; other < ${threads}; other = other + lanes) {
      ${each("sums[i] = sums[i] + laneSums[i][other];")}
    }
    ${each("sums[i] = subgroupAdd(sums[i]);")}
    return sums;
  }`;
  return `${memory}
  fn workgroupSums(own : array<f32, ${kinds}>) -> array<f32, ${kinds}> {
    var sums = own;
    ${each("laneSums[i][localIndex] = sums[i];")}
    workgroupBarrier();
    for (var half = ${threads / 2}u; half > 0u; half = half / 2u) {
      if (localIndex < half) {
        ${each("laneSums[i][localIndex] = laneSums[i][localIndex] + laneSums[i][localIndex + half];")}
      }
      workgroupBarrier();
    }
    ${each("sums[i] = laneSums[i][0];")}
    return sums;
  }`;
}
