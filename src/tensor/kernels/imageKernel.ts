/** What kernels share that have one thread for each number of a batch of images [n, h, w, c]. */
import { inputsOf, registerWebGpuKernel } from "./webgpuProgram";

export function imageIntegers([n = 0, height = 0, width = 0, channels = 0]: readonly number[]): {
  height: number;
  width: number;
  channels: number;
  size: number;
} {
  return { height, width, channels, size: n * height * width * channels };
}

/** WGSL: which image, row and column (f32) and channel the number `index` belongs to. */
export const IMAGE_PLACE = `
    if (index >= uniforms.size) { return; }
    let channel = index % uniforms.channels;
    let pixel = index / uniforms.channels;
    let column = f32(pixel % uniforms.width);
    let line = pixel / uniforms.width;
    let row = f32(line % uniforms.height);
    let image = line / uniforms.height;`;

/**
 * Registers a WGSL kernel whose output is like its first input, with the integers of `imageIntegers`.
 * @param operations for each number of the output; left out, as many as there are inputs and outputs
 */
export function registerImageKernel(
  kernelName: string,
  inputNames: readonly string[],
  code: string,
  operations?: number,
): void {
  registerWebGpuKernel(kernelName, ({ inputs, run }) => {
    const { shape } = inputs[inputNames[0]!]!;
    const integers = imageIntegers(shape);
    return run({
      key: kernelName,
      code,
      inputs: inputsOf(inputs, inputNames),
      integers,
      shape,
      workgroups: integers.size,
      ...(operations !== undefined && { operations: operations * integers.size }),
    });
  });
}
