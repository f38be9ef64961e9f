import { networkSize } from "@/engine/estimateMemory";
import { methods } from "@/engine/methods";
import type { Pass } from "@/engine/methods/iterationWork";
import { networks } from "@/engine/networks";
import type { PassKind } from "@/shared/estimating";
import { parseParams } from "@/shared/params";
import { pluginById } from "@/shared/plugin";
import { ITERATION_CASES, type Sizes } from "./iterationCases";

/** Forward passes that a pass costs, in products alone: each of two gradients and each tangent is one more. */
const FORWARD_PASSES: Record<PassKind, number> = {
  init: 0,
  view: 0,
  forward: 1,
  imageGradient: 2,
  weightGradient: 3,
  imageTangent: 6,
  fullTangent: 9,
};

/** Multiplications and additions of one iteration or pass over a set, those of its convolutions and products. */
export function iterationFlops(name: string, sizes: Sizes): number {
  const convNet = pluginById(networks, "convnet", "network");
  const { width, depth, side, channels, classes } = sizes;
  const shape = { height: side, width: side, channels };
  const network = convNet.build(shape, classes, parseParams(convNet.params, { width, depth }));
  const forwards = passesOf(name, sizes).reduce(
    (sum, { kind, images, times }) => sum + FORWARD_PASSES[kind] * images * times,
    0,
  );
  return 2 * forwards * networkSize(network).products;
}

function passesOf(name: string, sizes: Sizes): Pass[] {
  const { work } = ITERATION_CASES.find((known) => known.name === name)!;
  const { classes, real, ipc } = sizes;
  if (typeof work === "string")
    return [{ kind: "weightGradient", images: classes * (work === "expert" ? real : ipc), times: 1 }];
  const method = pluginById(methods, work.method, "method");
  return method.work({
    params: parseParams(method.params, work.params(sizes)),
    run: { ipc } as never,
    counts: new Array<number>(classes).fill(real),
  }).passes;
}
