/** Times the operators of one size, ours, those of plain tfjs and of jax-js; runs in Node and in a page. */
import * as tf from "@tensorflow/tfjs";
import { startBackend, throwIfBackendFailed } from "@/tensor/backend";
import { finish } from "@/tensor/memory";
import { now, countProcessorTime } from "./clock";
import { jaxOperators, startJax, type JaxOperators } from "./jaxOperators";
import { makeInputs } from "./operatorInputs";
import type { OperatorName, OperatorSizes } from "./operatorShapes";
import { ourOperators } from "./ourOperators";
import { stockOperators } from "./stockOperators";

export type Contestant = "ours" | "tfjs" | "jax-js";

export interface Started {
  /** What computes. */
  adapter: string;
  software: boolean;
  /** Why jax-js does not take part; "" when it does. */
  withoutJax: string;
}

type TensorOperator = () => readonly tf.Tensor[];

let hasJax = false;
let jax: JaxOperators | null = null;
let operators: Record<"ours" | "tfjs", Record<OperatorName, TensorOperator | null>> | null = null;

export async function start(backend: "webgpu" | "wasm" | "cpu", processor: boolean): Promise<Started> {
  const { adapter, software } = await startBackend({ only: backend });
  countProcessorTime(processor);
  const withoutJax = await startJax(backend).then(() => "", messageOf);
  hasJax = withoutJax === "";
  return { adapter: `${backend} (${adapter})`, software, withoutJax };
}

/** Makes the inputs of one size, in the place of those before. */
export function open(sizes: OperatorSizes): void {
  if (operators) tf.engine().endScope();
  tf.engine().startScope("operators"); // owns the inputs and weights
  const inputs = makeInputs(sizes);
  operators = { ours: ourOperators(sizes, inputs), tfjs: stockOperators(sizes, inputs) };
  jax?.dispose();
  jax = hasJax ? jaxOperators(sizes) : null;
}

/** @returns milliseconds of one of `count` calls; or why there are none */
export async function turn(who: Contestant, name: OperatorName, count: number): Promise<number | string> {
  try {
    const from = now();
    if (who === "jax-js") await turnOfJax(name, count);
    else await turnOfTensors(operators?.[who][name], count);
    return (now() - from) / count;
  } catch (error) {
    return messageOf(error);
  }
}

async function turnOfJax(name: OperatorName, count: number): Promise<void> {
  if (!jax) throw new Error("not here");
  for (let i = 0; i < count; i++) await jax.operators[name]();
}

/** The calls are waited for together. */
async function turnOfTensors(operator: TensorOperator | null | undefined, count: number): Promise<void> {
  if (!operator) throw new Error("has no such derivative");
  for (let i = 0; i < count; i++) {
    const results = tf.tidy(() => [...operator()]);
    if (i === count - 1) await finish(results[0]!);
    tf.dispose(results);
  }
  throwIfBackendFailed();
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
