/** The operators of `operatorShapes.ts` in jax-js, compiled by its `jit`, with gradients of its own; tensors are NCHW. */
import { blockUntilReady, defaultDevice, grad, init, jit, lax, nn, numpy as np, random } from "@jax-js/jax";
import { firstPadding, mapSide, type OperatorName, type OperatorSizes } from "./operatorShapes";

type Values = np.Array[];

/** Starts the backend of jax-js. @throws Error where there is none */
export async function startJax(backend: "webgpu" | "wasm" | "cpu"): Promise<void> {
  if (!("navigator" in globalThis)) Object.assign(globalThis, { navigator: {} }); // Node 20 has none; it looks for it
  (navigator as { userAgent?: string }).userAgent ??= "Node";
  const [device] = await init(backend);
  if (!device) throw new Error(`jax-js has no backend "${backend}" here.`);
  defaultDevice(backend);
}

export interface JaxOperators {
  /** Each waits until its arrays are there, and frees them. */
  operators: Record<OperatorName, () => Promise<void>>;
  dispose(): void;
}

export function jaxOperators(sizes: OperatorSizes): JaxOperators {
  const { width, batch, side, channels, classes, depth } = sizes;
  const [map, pooledSide] = [mapSide(sizes, 1), mapSide(sizes, 2)];
  let seed = 0;
  const normal = (...shape: number[]) => random.normal(random.key(seed++), shape);
  const weights = Array.from({ length: depth }, (_, i) => [
    normal(width, i === 0 ? channels : width, 3, 3).mul(0.1),
    ...[0, 1, 0].map((value) => np.full([1, width, 1, 1], value)),
  ]).flat();
  const features = width * mapSide(sizes, depth) ** 2;
  weights.push(normal(features, classes).mul(0.1), np.zeros([classes]));
  const images = normal(batch, channels, side, side);
  const targets = nn.oneHot(
    np.array(Array.from({ length: batch }, (_, i) => i % classes)).astype(np.int32),
    classes,
  );
  const [x, dy, filter] = [
    normal(batch, width, map, map),
    normal(batch, width, map, map),
    normal(width, width, 3, 3),
  ];
  const pooled = normal(batch, width, pooledSide, pooledSide);
  const affine = [1, 0].map((value) => np.full([1, width, 1, 1], value));
  const along = weights.map((weight) => normal(...weight.shape));

  const conv = (input: np.Array, kernel: np.Array) => lax.conv(input, kernel, [1, 1], "SAME");
  const padding = firstPadding(sizes);
  const loss = (input: np.Array, ...own: Values) => {
    const scores = np.dot(embed(input, own.slice(0, -2), padding), own.at(-2)!).add(own.at(-1)!);
    return nn
      .logSoftmax(scores)
      .mul(targets.ref)
      .sum()
      .mul(-1 / batch);
  };
  const places = weights.map((_, i) => i + 1);
  const weightGradient = grad(loss, { argnums: places }) as (...values: Values) => Values;
  const product = (...values: Values) =>
    weightGradient(...values)
      .map((gradient, i) => gradient.mul(along[i]!.ref).sum())
      .reduce((sum, next) => sum.add(next));
  const secondOrder = grad(product, { argnums: [0, ...places] }) as (...values: Values) => Values;

  const programs: { dispose(): void }[] = [];
  const operator = (compute: (...values: Values) => np.Array | Values, inputs: Values) => {
    const compiled = jit(compute as (...values: Values) => Values);
    programs.push(compiled);
    return async () => {
      const results = [compiled(...inputs.map((input) => input.ref))].flat();
      await blockUntilReady(results);
      for (const result of results) result.dispose();
    };
  };
  const network = [images, ...weights];
  const operators = {
    "conv forward": operator(conv, [x, filter]),
    "conv input gradient": operator(
      (input, kernel, cotangent) =>
        grad((value: np.Array) => conv(value, kernel).mul(cotangent).sum())(input),
      [x, filter, dy],
    ),
    "conv filter gradient": operator(
      (input, kernel, cotangent) =>
        grad((value: np.Array) => conv(input, value).mul(cotangent).sum())(kernel),
      [x, filter, dy],
    ),
    "norm block, forward + backward": operator(
      grad(
        (...[input, gamma, beta, cotangent]: Values) => block(input!, gamma!, beta!).mul(cotangent!).sum(),
        {
          argnums: [0, 1, 2],
        },
      ),
      [x, ...affine, pooled],
    ),
    features: operator((input, ...own) => embed(input, own, padding), network.slice(0, -2)),
    "features, towards images": operator(
      grad((input: np.Array, ...own: Values) => np.square(embed(input, own, padding)).sum()),
      network.slice(0, -2),
    ),
    weightGradient: operator(weightGradient, network),
    "weightGradient, second order": operator(secondOrder, network),
  };
  const dispose = () => {
    for (const owned of [...programs, ...network, ...affine, ...along, targets, x, dy, filter, pooled])
      owned.dispose();
  };
  return { operators, dispose };
}

/** @param own filter, bias, γ and β of each block @param padding of the first */
function embed(images: np.Array, own: Values, padding: number): np.Array {
  let y = images;
  for (let i = 0; i < own.length; i += 4) {
    const [filter, bias, gamma, beta] = own.slice(i, i + 4) as [np.Array, np.Array, np.Array, np.Array];
    const pads = Array.from({ length: 2 }, (): [number, number] => (i === 0 ? [padding, padding] : [1, 1]));
    y = block(lax.conv(y, filter, [1, 1], pads).add(bias), gamma, beta);
  }
  return y.reshape([y.shape[0]!, -1]);
}

/** Instance norm, ReLU and average pooling. */
function block(x: np.Array, gamma: np.Array, beta: np.Array): np.Array {
  const [n, channels, height, width] = x.shape as [number, number, number, number];
  const mean = np.mean(x.ref, [2, 3], { keepdims: true });
  const centred = x.sub(mean);
  const variance = np.mean(np.square(centred.ref), [2, 3], { keepdims: true });
  const y = nn.relu(
    centred
      .div(np.sqrt(variance.add(1e-5)))
      .mul(gamma)
      .add(beta),
  );
  const [rows, columns] = [Math.floor(height / 2), Math.floor(width / 2)];
  const even =
    rows * 2 === height && columns * 2 === width ? y : y.slice([], [], [0, rows * 2], [0, columns * 2]);
  return np.mean(even.reshape([n, channels, rows, 2, columns, 2]), [3, 5]);
}
