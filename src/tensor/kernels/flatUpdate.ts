/**
 * Updates of one flat vector of weights, one dispatch each:
 *
 *   SGD_VELOCITY  v' = μ v + g + λ p      without v at the first step; bound: v, g, p, v' once
 *   SGD_WEIGHTS   p' = p - η (g + λ p)    with v' for g and λ = 0 where there is momentum; bound: p, g, p' once
 *   ADD_SCALED    z = y + f a x           a one number on the device; bound: y, x, z once
 *
 * At most 4 FLOPs per number: all bound by memory. Conventions of PyTorch's SGD (engine/optimizer.ts).
 */
import { registerWebGpuKernel } from "./webgpuProgram";

export const SGD_VELOCITY = "SgdVelocity"; // (gradient, weights, velocity?) -> velocity
export const SGD_WEIGHTS = "SgdWeights"; // (weights, gradient) -> weights
export const ADD_SCALED = "AddScaled"; // (y, x, scale [1]) -> z

/** One number per thread: `value` is of `index`. */
function register<A extends Readonly<Record<string, number>>>(
  kernelName: string,
  value: (inputs: Readonly<Record<string, unknown>>) => string,
): void {
  registerWebGpuKernel<A>(kernelName, ({ inputs, attributes, run }) => {
    const { shape } = Object.values(inputs)[0]!;
    const size = shape.reduce((product, side) => product * side, 1);
    return run({
      key: `${kernelName} ${Object.keys(inputs).join()}`,
      code: `
  fn compute(index : i32) {
    if (index >= uniforms.size) { return; }
    result[index] = ${value(inputs)};
  }`,
      inputs,
      integers: { size },
      reals: attributes,
      shape,
      workgroups: size,
    });
  });
}

export interface SgdVelocityAttributes extends Record<string, number> {
  momentum: number;
  decay: number;
}

register<SgdVelocityAttributes>(
  SGD_VELOCITY,
  ({ velocity }) =>
    `${velocity ? "uniforms.momentum * velocity[index] + " : ""}(gradient[index] + uniforms.decay * weights[index])`,
);

export interface SgdWeightsAttributes extends Record<string, number> {
  rate: number;
  decay: number;
}

register<SgdWeightsAttributes>(
  SGD_WEIGHTS,
  () => "weights[index] - uniforms.rate * (gradient[index] + uniforms.decay * weights[index])",
);

export interface AddScaledAttributes extends Record<string, number> {
  factor: number;
}

register<AddScaledAttributes>(ADD_SCALED, () => "y[index] + uniforms.factor * scale[0] * x[index]");
