/**
 * CIFAR-10 and CIFAR-100, binary version: a .tar.gz with files of fixed records. Source:
 * https://www.cs.toronto.edu/~kriz/cifar.html.
 *
 *   CIFAR-10:  label, 3072 bytes             data_batch_1.bin … data_batch_5.bin, test_batch.bin, batches.meta.txt
 *   CIFAR-100: coarse label, label, 3072     train.bin, test.bin, fine_label_names.txt, coarse_label_names.txt
 *
 * The 3072 bytes are 32 x 32 red, then green, then blue.
 */
import { UserError } from "@/shared/errors";
import type { PickedFile } from "@/shared/importing";
import type { ByteReader } from "../codecs/byteReader";
import { readTar } from "../codecs/tar";
import { declinesTars } from "./archiveNames";
import { CIFAR_SHAPE, CifarTally, type CifarLabels } from "./cifarLabels";
import { baseName } from "./filePaths";
import { planesToPixels } from "./planes";
import { accepted, declined, defineReader, type ReaderContext, type SourceSplit } from "./reader";
import { tarKind } from "./tarKind";

const IMAGE = CIFAR_SHAPE.height * CIFAR_SHAPE.width * CIFAR_SHAPE.channels;
const CHUNK = 256; // images
const META_LIMIT = 64 * 1024;
const NAMES = /^(?:batches\.meta|(fine|coarse)_label_names)\.txt$/;
const RECORDS = /^(data_batch_\d+|test_batch|train|test)\.bin$/;

export default defineReader({
  id: "cifarBin",
  label: "CIFAR binary (.tar.gz)",
  about: "cifar-10-binary.tar.gz and cifar-100-binary.tar.gz, as they are published.",

  accepts: (files) => declinesTars(files, 1) ?? accepted,

  recognise: async ([file], context) =>
    (await tarKind(file!, context)).kind === "cifarBin"
      ? accepted
      : declined(`${baseName(file!.path)} holds no CIFAR batches (data_batch_1.bin, train.bin, …)`),

  async inspect([file], context) {
    const tally = new CifarTally();
    for await (const member of members(file!, context)) {
      if (member.kind === "names") {
        tally.setNames(member.of, member.names);
        continue;
      }
      for await (const { fine, coarse } of member.chunks()) {
        tally.add("fine", member.split, fine);
        if (member.labelBytes === 2) tally.add("coarse", member.split, coarse);
      }
    }
    if (tally.total === 0) throw noCifar(file!.path);
    return tally.facts();
  },

  async *read([file], { labelling }, context) {
    for await (const member of members(file!, context)) {
      if (member.kind === "names") continue;
      for await (const { pixels, fine, coarse } of member.chunks()) {
        const labels = labelling === "coarse" ? coarse : fine;
        yield { kind: "pixels", split: member.split, shape: CIFAR_SHAPE, pixels, labels };
      }
    }
  },
});

type Member =
  | { kind: "names"; of: CifarLabels; names: string[] }
  | {
      kind: "records";
      split: SourceSplit;
      /** 2 in CIFAR-100: the coarse label stands before the fine one. */
      labelBytes: 1 | 2;
      chunks: () => AsyncGenerator<{ pixels: Uint8Array; fine: Uint16Array; coarse: Uint16Array }>;
    };

/** The files of the archive that matter, one after the other; each must be read before the next is asked for. */
async function* members({ file, path }: PickedFile, { signal }: ReaderContext): AsyncGenerator<Member> {
  const name = baseName(path);
  for await (const { path: inner, size, reader } of readTar(file, name, signal)) {
    const member = baseName(inner);
    const names = NAMES.exec(member);
    if (names) {
      const text = new TextDecoder().decode(await reader.readUpTo(META_LIMIT));
      const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
      yield { kind: "names", of: names[1] === "coarse" ? "coarse" : "fine", names: lines };
    } else if (RECORDS.test(member)) {
      const labelBytes = /batch/.test(member) ? 1 : 2;
      const records = size / (labelBytes + IMAGE);
      if (!Number.isInteger(records)) {
        throw new UserError(
          `${name}: "${member}" is no file of CIFAR records: it has ${size} bytes.`,
          "Use the files as they were published, or unpack them again.",
        );
      }
      const split = member.startsWith("test") ? "test" : "train";
      yield {
        kind: "records",
        split,
        labelBytes,
        chunks: () => readRecords(reader, records, labelBytes, signal),
      };
    }
  }
}

async function* readRecords(reader: ByteReader, records: number, labelBytes: number, signal: AbortSignal) {
  const recordBytes = labelBytes + IMAGE;
  for (let start = 0; start < records; start += CHUNK) {
    signal.throwIfAborted();
    const n = Math.min(CHUNK, records - start);
    const bytes = await reader.read(n * recordBytes);
    const pixels = new Uint8Array(n * IMAGE);
    const fine = new Uint16Array(n);
    const coarse = new Uint16Array(n);
    for (let i = 0; i < n; i++) {
      const at = i * recordBytes + labelBytes;
      fine[i] = bytes[at - 1]!;
      coarse[i] = bytes[at - labelBytes]!;
      planesToPixels(bytes, at, pixels, i * IMAGE, CIFAR_SHAPE);
    }
    yield { pixels, fine, coarse };
  }
}

const noCifar = (path: string) =>
  new UserError(
    `${baseName(path)} holds no CIFAR batches (data_batch_1.bin, train.bin, …).`,
    "The binary version of CIFAR-10 or CIFAR-100 is read; pack class folders for other datasets.",
  );
