/**
 * What the device can do at best, measured by programs of our own that do nothing else: a large matrix product, and a
 * large copy. On WebGPU they are plain WGSL beside tfjs; on wasm the product is XNNPACK's and the copy the engine's.
 */
import * as tf from "@tensorflow/tfjs";
import { finish } from "@/tensor/memory";
import { now } from "./clock";

export interface Ceilings {
  /** Of the fastest product. */
  gflops: number;
  /** Read and written. */
  gigabytes: number;
  /** Which product was the fastest. */
  product: string;
}

export interface CeilingSizes {
  /** Side of the square matrices, a multiple of 128. */
  side: number;
  /** Numbers to copy, a multiple of 1024. */
  numbers: number;
}

const SAMPLES = 7;
/** A sample has as many runs as take about this long. */
const SAMPLE_MS = 30;

export async function measureCeilings(sizes: CeilingSizes): Promise<Ceilings> {
  const operations = 2 * sizes.side ** 3;
  const bytes = 8 * sizes.numbers;
  const { products, copy } = tf.getBackend() === "webgpu" ? onDevice(sizes) : onHost(sizes);
  const rates = [];
  for (const [product, run] of Object.entries(products))
    rates.push({ product, gflops: operations / (await fastest(run)) / 1e6 });
  const best = rates.reduce((a, b) => (b.gflops > a.gflops ? b : a));
  return { ...best, gigabytes: bytes / (await fastest(copy)) / 1e6 };
}

/** Does something so many times, and waits for it. */
type Run = (times: number) => Promise<void>;

/** Milliseconds of one run in the best sample: a ceiling is what was reached once. */
async function fastest(run: Run): Promise<number> {
  const sample = async (times: number): Promise<number> => {
    const from = now();
    await run(times);
    return (now() - from) / times;
  };
  await sample(1);
  const times = Math.max(1, Math.round(SAMPLE_MS / Math.max(0.05, await sample(1))));
  let best = Infinity;
  for (let i = 0; i < SAMPLES; i++) best = Math.min(best, await sample(times));
  return best;
}

interface Contestants {
  products: Record<string, Run>;
  copy: Run;
}

function onHost({ side, numbers }: CeilingSizes): Contestants {
  const [a, b] = [tf.randomNormal([side, side]), tf.randomNormal([side, side])];
  const [from, to] = [new Float32Array(numbers).fill(1), new Float32Array(numbers)];
  return {
    products: {
      "tf.matMul": async (times) => {
        for (let i = 0; i < times; i++) {
          const y = tf.matMul(a, b);
          if (i === times - 1) await finish(y);
          y.dispose();
        }
      },
    },
    copy: (times) => {
      for (let i = 0; i < times; i++) to.set(from);
      return Promise.resolve();
    },
  };
}

const STORAGE = 0x80; // GPUBufferUsage.STORAGE, which Node does not define
const THREADS = 16; // along each side of a workgroup

function onDevice({ side, numbers }: CeilingSizes): Contestants {
  const { device } = tf.backend() as unknown as { device: GPUDevice };
  const buffer = (size: number): GPUBuffer => device.createBuffer({ size, usage: STORAGE });
  const matrices = [0, 1, 2].map(() => buffer(4 * side * side));
  const vectors = [0, 1].map(() => buffer(4 * numbers));
  const runOf = (code: string, buffers: readonly GPUBuffer[], groups: readonly [number, number]): Run => {
    const module = device.createShaderModule({ code });
    const pipeline = device.createComputePipeline({
      layout: "auto",
      compute: { module, entryPoint: "main" },
    });
    const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
    const group = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
    return async (times) => {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      for (let i = 0; i < times; i++) pass.dispatchWorkgroups(...groups);
      pass.end();
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
    };
  };
  const tiled = (each: number): Run =>
    runOf(tiledProduct(side, each), matrices, [side / (THREADS * each), side / (THREADS * each)]);
  const quads = numbers / 4;
  const rows = Math.ceil(quads / 64 / 65535);
  return {
    products: {
      "tiles of 64": tiled(4),
      "tiles of 128": tiled(8),
      "without tiles": runOf(directProduct(side), matrices, [side / 32, side / 32]),
    },
    copy: runOf(COPY, vectors, [Math.ceil(quads / 64 / rows), rows]),
  };
}

const BINDINGS = `
  @group(0) @binding(0) var<storage, read> a : array<f32>;
  @group(0) @binding(1) var<storage, read> b : array<f32>;
  @group(0) @binding(2) var<storage, read_write> c : array<f32>;
`;

const lines = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join("\n");

/** c = a b; a thread has each x each results in registers, a workgroup shares 16 columns of a and rows of b. */
function tiledProduct(side: number, each: number): string {
  const tile = THREADS * each;
  return `${BINDINGS}
  var<workgroup> left : array<f32, ${tile * THREADS}>;
  var<workgroup> right : array<f32, ${tile * THREADS}>;
  @compute @workgroup_size(${THREADS}, ${THREADS})
  fn main(@builtin(workgroup_id) group : vec3u, @builtin(local_invocation_id) local : vec3u) {
    let row = group.y * ${tile}u;
    let column = group.x * ${tile}u;
    let thread = local.y * ${THREADS}u + local.x;
    ${lines(each * each, (i) => `var sum${i} = 0.0;`)}
    for (var k = 0u; k < ${side}u; k += ${THREADS}u) {
      ${lines(each, (i) => {
        const at = `(thread + ${i * THREADS * THREADS}u)`;
        return `
        left[${at}] = a[(row + ${at} / ${THREADS}u) * ${side}u + k + ${at} % ${THREADS}u];
        right[${at}] = b[(k + ${at} / ${tile}u) * ${side}u + column + ${at} % ${tile}u];`;
      })}
      workgroupBarrier();
      for (var s = 0u; s < ${THREADS}u; s++) {
        ${lines(each, (r) => `let x${r} = left[(local.y * ${each}u + ${r}u) * ${THREADS}u + s];`)}
        ${lines(each, (q) => `let y${q} = right[s * ${tile}u + ${q * THREADS}u + local.x];`)}
        ${lines(each * each, (i) => `sum${i} = fma(x${Math.floor(i / each)}, y${i % each}, sum${i});`)}
      }
      workgroupBarrier();
    }
    ${lines(each * each, (i) => {
      const [r, q] = [Math.floor(i / each), i % each];
      return `c[(row + local.y * ${each}u + ${r}u) * ${side}u + column + ${q * THREADS}u + local.x] = sum${i};`;
    })}
  }`;
}

/** c = a b; a thread has 4 x 4 results and reads what it needs, for devices where barriers are slow. */
const directProduct = (side: number): string => `${BINDINGS}
  @compute @workgroup_size(8, 8)
  fn main(@builtin(global_invocation_id) id : vec3u) {
    ${lines(4, (r) => `var sum${r} = vec4f(0.0);`)}
    for (var k = 0u; k < ${side}u; k++) {
      let at = k * ${side}u + id.x * 4u;
      let y = vec4f(b[at], b[at + 1u], b[at + 2u], b[at + 3u]);
      ${lines(4, (r) => `sum${r} = fma(vec4f(a[(id.y * 4u + ${r}u) * ${side}u + k]), y, sum${r});`)}
    }
    ${lines(16, (i) => `c[(id.y * 4u + ${i >> 2}u) * ${side}u + id.x * 4u + ${i & 3}u] = sum${i >> 2}[${i & 3}];`)}
  }`;

const COPY = `
  @group(0) @binding(0) var<storage, read> a : array<vec4f>;
  @group(0) @binding(1) var<storage, read_write> c : array<vec4f>;
  @compute @workgroup_size(64)
  fn main(@builtin(global_invocation_id) id : vec3u, @builtin(num_workgroups) groups : vec3u) {
    let i = id.y * groups.x * 64u + id.x;
    if (i < arrayLength(&c)) { c[i] = a[i]; }
  }`;
