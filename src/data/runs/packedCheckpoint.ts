/**
 * A checkpoint as it is stored: what it says as JSON, and behind it every number, float32 and int32 little-endian, and
 * the pictures of its history, cut into parts. The facts hold the SHA-256 of each part and are hashed themselves, so a changed byte anywhere is seen.
 */
import type { Checkpoint, StoredTensor } from "@/shared/checkpoint";
import { UserError } from "@/shared/errors";
import type { SetHistory } from "@/shared/setHistory";
import { sha256 } from "../shards/sha256";

/** Far below what Chromium takes as one value (133 MB), and little enough to hash in one go. */
export const PART_BYTES = 32 * 2 ** 20;

export interface PackedCheckpoint {
  facts: string;
  /** Of the facts, hex. */
  sha256: string;
  parts: Blob[];
}

type Facts = Omit<Checkpoint, "tensors" | "losses" | "history"> & {
  tensors: { name: string; shape: number[] }[];
  losses: number;
  history?: Omit<SetHistory, "pixels">;
  /** SHA-256 of each part, hex. */
  parts: string[];
};

/** @throws UserError when a number is not finite: such a state leads nowhere */
export async function packCheckpoint(
  checkpoint: Checkpoint,
  partBytes = PART_BYTES,
): Promise<PackedCheckpoint> {
  const { tensors, losses, history, ...said } = checkpoint;
  for (const [name, { values }] of Object.entries({ ...tensors, losses }))
    if (!isFinite(values)) throw notFinite(name, checkpoint.iteration);
  const arrays = [
    ...Object.values(tensors).map(({ values }) => values),
    losses.iterations,
    losses.values,
    ...(history ? [history.pixels] : []),
  ].map(bytesOf);
  const parts: Blob[] = [];
  const hashes: string[] = [];
  for (const part of cut(arrays, partBytes)) {
    hashes.push(await sha256(part));
    parts.push(new Blob([part]));
  }
  const facts = JSON.stringify({
    ...said,
    tensors: Object.entries(tensors).map(([name, { shape }]) => ({ name, shape })),
    losses: losses.values.length,
    ...(history && { history: factsOf(history) }),
    parts: hashes,
  } satisfies Facts);
  return { facts, sha256: await sha256(new TextEncoder().encode(facts)), parts };
}

/** The checkpoint, or null when a byte of it has changed or cannot be read. */
export async function unpackCheckpoint(packed: PackedCheckpoint): Promise<Checkpoint | null> {
  if ((await sha256(new TextEncoder().encode(packed.facts))) !== packed.sha256) return null;
  const { tensors, losses, history, parts, ...said } = JSON.parse(packed.facts) as Facts;
  const bytes = await checkedBytes(packed.parts, parts);
  if (!bytes) return null;
  let at = 0;
  const next = (count: number): ArrayBuffer => bytes.slice(at, (at += count * 4)).buffer;
  const stored = tensors.map(({ name, shape }): [string, StoredTensor] => [
    name,
    { shape, values: new Float32Array(next(sizeOf(shape))) },
  ]);
  return {
    ...said,
    tensors: Object.fromEntries(stored),
    losses: { iterations: new Int32Array(next(losses)), values: new Float32Array(next(losses)) },
    ...(history && { history: { ...history, pixels: bytes.slice(at) } }),
  };
}

async function checkedBytes(
  parts: readonly Blob[],
  hashes: readonly string[],
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (parts.length !== hashes.length) return null;
  const joined = new Uint8Array(parts.reduce((sum, { size }) => sum + size, 0));
  let at = 0;
  for (const [index, part] of parts.entries()) {
    const bytes = await part.arrayBuffer().then(
      (buffer) => new Uint8Array(buffer),
      () => null, // the browser has lost the file of the Blob
    );
    if (!bytes || (await sha256(bytes)) !== hashes[index]) return null;
    joined.set(bytes, at);
    at += bytes.length;
  }
  return joined;
}

/** The arrays behind each other, in pieces of `partBytes`, the last one shorter. */
function* cut(arrays: readonly Uint8Array[], partBytes: number): Generator<Uint8Array<ArrayBuffer>> {
  let left = arrays.reduce((sum, { length }) => sum + length, 0);
  let part = new Uint8Array(Math.min(left, partBytes));
  let filled = 0;
  for (const array of arrays) {
    for (let at = 0; at < array.length;) {
      const piece = array.subarray(at, at + part.length - filled);
      part.set(piece, filled);
      at += piece.length;
      filled += piece.length;
      if (filled < part.length) continue;
      yield part;
      left -= filled;
      part = new Uint8Array(Math.min(left, partBytes));
      filled = 0;
    }
  }
}

const factsOf = ({ shape, classes, perClass, iterations }: SetHistory): Omit<SetHistory, "pixels"> => ({
  ...{ shape, classes, perClass, iterations },
});

const bytesOf = ({
  buffer,
  byteOffset,
  byteLength,
}: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>) =>
  new Uint8Array(buffer, byteOffset, byteLength);

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);

/** One pass without a branch: the difference of a number and itself is 0 only where it is finite. */
function isFinite(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! - values[i]!;
  return sum === 0;
}

const notFinite = (name: string, iteration: number): UserError =>
  new UserError(
    `The state at iteration ${iteration} is not stored: "${name}" holds a value that is not a number.`,
    'The checkpoint before it is kept. Go on from that one with a smaller "Image learning rate".',
    "diverged",
  );
