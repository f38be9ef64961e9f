/**
 * Cross-entropy of soft targets with its first and second derivatives, from p = softmax(o / T) and s = Σ_c t:
 *
 *   CROSS_ENTROPY           loss_b = -scale Σ_c t log p
 *   CROSS_ENTROPY_DELTA     δ = scale (s p - t)
 *   CROSS_ENTROPY_DELTA_DOT δ̇ = scale s p (ȯ - Σ_c p ȯ) / T
 *   CROSS_ENTROPY_TARGETS   ∂<δ, ȯ>/∂t = scale (Σ_c p ȯ - ȯ)
 *
 * Targets may be integers in the buffer: tfjs's one-hot stays so when it is cast. One thread per number, each of which
 * reads its row: about 8 · classes FLOPs; bound are a few tensors [n, classes].
 */
import { inputsOf, registerWebGpuKernel } from "./webgpuProgram";

export const CROSS_ENTROPY = "CrossEntropy"; // (logits, targets) -> [n]
export const CROSS_ENTROPY_DELTA = "CrossEntropyDelta"; // (logits, targets) -> [n, classes]
export const CROSS_ENTROPY_DELTA_DOT = "CrossEntropyDeltaDot"; // (logits, targets, logitsDot) -> [n, classes]
export const CROSS_ENTROPY_TARGETS = "CrossEntropyTargets"; // (logits, logitsDot) -> [n, classes]

export interface CrossEntropyAttributes {
  temperature: number;
  scale: number;
}

const ROW = `
  fn scaled(at : i32) -> f32 { return logits[at] / uniforms.temperature; }
  fn rowMaximum(first : i32) -> f32 {
    var largest = scaled(first);
    for (var c = 1; c < uniforms.classes; c = c + 1) { largest = max(largest, scaled(first + c)); }
    return largest;
  }
  fn rowSum(first : i32, largest : f32) -> f32 {
    var sum = 0.0;
    for (var c = 0; c < uniforms.classes; c = c + 1) { sum = sum + exp(scaled(first + c) - largest); }
    return sum;
  }`;

const TARGETS = `
  fn targetSum(first : i32) -> f32 {
    var sum = 0.0;
    for (var c = 0; c < uniforms.classes; c = c + 1) { sum = sum + f32(targets[first + c]); }
    return sum;
  }`;

const TANGENT = `
  fn meanDot(first : i32, largest : f32, sum : f32) -> f32 { // Σ_c p ȯ
    var mean = 0.0;
    for (var c = 0; c < uniforms.classes; c = c + 1) {
      mean = mean + exp(scaled(first + c) - largest) / sum * logitsDot[first + c];
    }
    return mean;
  }`;

/** @param perRow one number for each row, which is then `first / classes`; otherwise one for each class */
function register(
  kernelName: string,
  inputNames: readonly string[],
  functions: string,
  value: string,
  perRow = false,
): void {
  registerWebGpuKernel<CrossEntropyAttributes>(kernelName, ({ inputs, attributes, run }) => {
    const [n = 0, classes = 0] = inputs["logits"]!.shape;
    const size = perRow ? n : n * classes;
    return run({
      key: kernelName,
      code: `${ROW}${functions}
  fn compute(index : i32) {
    if (index >= uniforms.size) { return; }
    let first = ${perRow ? "index * uniforms.classes" : "index - index % uniforms.classes"};
    let largest = rowMaximum(first);
    let sum = rowSum(first, largest);
    ${value}
  }`,
      inputs: inputsOf(inputs, inputNames),
      integers: { size, classes },
      reals: { temperature: attributes.temperature, scale: attributes.scale },
      shape: perRow ? [n] : [n, classes],
      workgroups: size,
      operations: size * classes * 8,
    });
  });
}

register(
  CROSS_ENTROPY,
  ["logits", "targets"],
  "",
  `
    var loss = 0.0;
    for (var c = 0; c < uniforms.classes; c = c + 1) {
      loss = loss + f32(targets[first + c]) * (log(sum) - (scaled(first + c) - largest));
    }
    result[index] = uniforms.scale * loss;`,
  true,
);

register(
  CROSS_ENTROPY_DELTA,
  ["logits", "targets"],
  TARGETS,
  `
    let p = exp(scaled(index) - largest) / sum;
    result[index] = uniforms.scale * (targetSum(first) * p - f32(targets[index]));`,
);

register(
  CROSS_ENTROPY_DELTA_DOT,
  ["logits", "targets", "logitsDot"],
  TARGETS + TANGENT,
  `
    let p = exp(scaled(index) - largest) / sum;
    let centred = logitsDot[index] - meanDot(first, largest, sum);
    result[index] = uniforms.scale * targetSum(first) * p * centred / uniforms.temperature;`,
);

register(
  CROSS_ENTROPY_TARGETS,
  ["logits", "logitsDot"],
  TANGENT,
  `
    result[index] = uniforms.scale * (meanDot(first, largest, sum) - logitsDot[index]);`,
);
