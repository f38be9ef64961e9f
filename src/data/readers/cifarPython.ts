/**
 * CIFAR-10 and CIFAR-100, Python version: pickled batches in a .tar.gz or loose. Source:
 * https://www.cs.toronto.edu/~kriz/cifar.html.
 *
 *   CIFAR-10:  data_batch_1 … data_batch_5, test_batch: "data" uint8 [n, 3072], "labels"; batches.meta: "label_names"
 *   CIFAR-100: train, test: "data", "fine_labels", "coarse_labels"; meta: "fine_label_names", "coarse_label_names"
 *
 * A row is 32 × 32 red, then green, then blue. The pickles are parsed, never run.
 */
import { UserError } from "@/shared/errors";
import type { PickedFile } from "@/shared/importing";
import { ByteReader } from "../codecs/byteReader";
import { mostUnpacked } from "../codecs/gzip";
import { NumpyArray, numpyGlobals } from "../codecs/numpyPickle";
import { readPickle, type PickleValue } from "../codecs/pickle";
import { readTar } from "../codecs/tar";
import { declinesTars, inPathOrder } from "./archiveNames";
import { CIFAR_SHAPE, CifarTally, type CifarLabels } from "./cifarLabels";
import { baseName } from "./filePaths";
import { planesToPixels } from "./planes";
import { accepted, declined, defineReader, type SourceSplit } from "./reader";
import { tarKind } from "./tarKind";

const IMAGE = CIFAR_SHAPE.height * CIFAR_SHAPE.width * CIFAR_SHAPE.channels;
const CHUNK = 256; // images
const BATCH = /^(data_batch_\d+|test_batch|train|test)$/;
const META = /^(batches\.meta|meta)$/;
/** CIFAR-100's training batch has 155 MB. */
const MAX_BATCH = 512 * 2 ** 20;
const LABELS: readonly [CifarLabels, string[], string[]][] = [
  ["fine", ["labels", "fine_labels"], ["label_names", "fine_label_names"]],
  ["coarse", ["coarse_labels"], ["coarse_label_names"]],
];
const AS_PUBLISHED = "Use the files as they were published, or unpack them again.";

export default defineReader({
  id: "cifarPython",
  label: "CIFAR Python (.tar.gz)",
  about: "cifar-10-python.tar.gz and cifar-100-python.tar.gz, or the batches that were in them.",

  accepts(files) {
    return files.some(({ path }) => BATCH.test(baseName(path))) &&
      files.every(({ path }) => isMember(path) || baseName(path) === "readme.html")
      ? accepted
      : (declinesTars(files, 1) ?? accepted);
  },

  async recognise(files, context) {
    if (files.some(({ path }) => BATCH.test(baseName(path)))) return accepted;
    const [file] = files;
    return (await tarKind(file!, context)).kind === "cifarPython"
      ? accepted
      : declined(`${baseName(file!.path)} holds no pickled CIFAR batches (data_batch_1, train, …)`);
  },

  async inspect(files, { signal }) {
    const tally = new CifarTally();
    for await (const { values, split, where } of members(files, signal)) {
      for (const [of, , nameKeys] of LABELS) {
        const names = field(values, nameKeys);
        if (names) tally.setNames(of, textsOf(names, where));
      }
      if (!split) continue;
      const { fine, coarse } = batchOf(values, where);
      tally.add("fine", split, fine);
      if (coarse) tally.add("coarse", split, coarse);
    }
    if (tally.total === 0) throw new UserError(`${baseName(files[0]!.path)} holds no images.`, AS_PUBLISHED);
    return tally.facts();
  },

  async *read(files, { labelling }, { signal }) {
    for await (const { values, split, where } of members(files, signal)) {
      if (!split) continue;
      const { data, fine, coarse } = batchOf(values, where);
      const labels = labelling === "coarse" && coarse ? coarse : fine;
      for (let start = 0; start < labels.length; start += CHUNK) {
        signal.throwIfAborted();
        const own = labels.subarray(start, start + CHUNK);
        const pixels = new Uint8Array(own.length * IMAGE);
        for (let i = 0; i < own.length; i++)
          planesToPixels(data, (start + i) * IMAGE, pixels, i * IMAGE, CIFAR_SHAPE);
        yield { kind: "pixels", split, shape: CIFAR_SHAPE, pixels, labels: own };
      }
    }
  },
});

const isMember = (path: string): boolean => BATCH.test(baseName(path)) || META.test(baseName(path));

interface Member {
  where: string;
  /** Of a batch; undefined for the file of the names. */
  split: SourceSplit | undefined;
  values: Map<PickleValue, PickleValue>;
}

/** The pickles that matter, of an archive or loose, one after the other. */
async function* members(files: readonly PickedFile[], signal: AbortSignal): AsyncGenerator<Member> {
  if (files.some(({ path }) => isMember(path))) {
    for (const { file, path } of inPathOrder(files)) {
      if (!isMember(path)) continue;
      signal.throwIfAborted();
      yield await member(path, file.size, new ByteReader(file.stream(), path));
    }
    return;
  }
  const { file, path } = files[0]!;
  const name = baseName(path);
  const most = await mostUnpacked(file);
  for await (const { path: inner, size, reader } of readTar(file, name, signal)) {
    if (!isMember(inner)) continue;
    const where = `${name}, ${baseName(inner)}`;
    if (size > most) throw new UserError(`${where} is cut short.`, "Copy or download it again.");
    yield await member(where, size, reader);
  }
}

async function member(where: string, size: number, reader: ByteReader): Promise<Member> {
  const base = /[^/ ]+$/.exec(where)![0];
  if (size > MAX_BATCH)
    throw new UserError(
      `${where} has ${Math.round(size / 2 ** 20)} MiB: it is no CIFAR batch.`,
      AS_PUBLISHED,
    );
  const values = readPickle(await reader.read(size), { globals: numpyGlobals(where) }, where);
  if (!(values instanceof Map))
    throw new UserError(`${where} is no dictionary of a CIFAR batch.`, AS_PUBLISHED);
  const split = META.test(base) ? undefined : base.startsWith("test") ? "test" : "train";
  return { where, split, values };
}

interface Batch {
  data: Uint8Array;
  fine: Uint16Array;
  coarse: Uint16Array | null;
}

/** @throws UserError that names what is missing or does not fit */
function batchOf(values: Member["values"], where: string): Batch {
  const data = field(values, ["data"]);
  if (!(data instanceof NumpyArray) || !(data.data instanceof Uint8Array) || data.shape[1] !== IMAGE)
    throw new UserError(`${where} holds no "data" of n × 3072 bytes.`, AS_PUBLISHED);
  const count = data.shape[0]!;
  const [fine, coarse] = LABELS.map(([, keys]) => {
    const labels = field(values, keys);
    if (labels === undefined) return null;
    const numbers =
      labels instanceof NumpyArray ? Array.from<number | bigint, number>(labels.data, Number) : labels;
    if (!Array.isArray(numbers) || numbers.length !== count)
      throw new UserError(`${where} has ${count} images, and other labels than that.`, AS_PUBLISHED);
    const wrong = numbers.findIndex(
      (label: unknown) => !Number.isInteger(label) || !inRange(label as number),
    );
    if (wrong >= 0)
      throw new UserError(
        `${where} has the label ${String(numbers[wrong])}, which is no class number.`,
        AS_PUBLISHED,
      );
    return Uint16Array.from(numbers as number[]);
  });
  if (!fine) throw new UserError(`${where} has no "labels" and no "fine_labels".`, AS_PUBLISHED);
  return { data: data.data, fine, coarse: coarse ?? null };
}

const inRange = (label: number): boolean => label >= 0 && label <= 0xff;

/** A value under one of the keys, which are texts or, after a detour through Python 3, bytes. */
function field(values: Member["values"], keys: readonly string[]): PickleValue {
  for (const [key, value] of values) if (keys.includes(textOf(key))) return value;
  return undefined;
}

const textOf = (value: PickleValue): string =>
  value instanceof Uint8Array ? new TextDecoder().decode(value) : typeof value === "string" ? value : "";

function textsOf(values: PickleValue, where: string): string[] {
  if (!Array.isArray(values))
    throw new UserError(`${where} holds class names that are no list.`, AS_PUBLISHED);
  return values.map(textOf);
}
