/**
 * CIFAR-10 and CIFAR-100, binary version: a .tar.gz with files of fixed records. Source:
 * https://www.cs.toronto.edu/~kriz/cifar.html.
 *
 *   CIFAR-10:  label, 3072 bytes             data_batch_1.bin … data_batch_5.bin, test_batch.bin, batches.meta.txt
 *   CIFAR-100: coarse label, label, 3072     train.bin, test.bin, fine_label_names.txt
 *
 * The 3072 bytes are 32 x 32 red, then green, then blue.
 */
import { createTarDecoder } from "modern-tar";
import { UserError } from "@/shared/errors";
import type { PickedFile } from "@/shared/importing";
import { ByteReader } from "../codecs/byteReader";
import { openUnpacked } from "../codecs/gzip";
import { baseName } from "./filePaths";
import { accepted, declined, defineReader, type ReaderContext, type SourceSplit } from "./reader";

const SIDE = 32;
const PLANE = SIDE * SIDE;
const IMAGE = 3 * PLANE;
const CHUNK = 256; // images
const SHAPE = { height: SIDE, width: SIDE, channels: 3 } as const;
const META_LIMIT = 64 * 1024;

export default defineReader({
  id: "cifarBin",
  label: "CIFAR binary (.tar.gz)",
  about: "cifar-10-binary.tar.gz and cifar-100-binary.tar.gz, as they are published.",

  accepts(files) {
    const [file] = files;
    if (!file || !/\.(tar\.gz|tgz|tar)$/i.test(file.path)) return declined("there is no .tar.gz among them");
    return files.length === 1 ? accepted : declined("an archive is imported alone, one at a time");
  },

  async inspect([file], context) {
    const counts = new Map<SourceSplit, number[]>([
      ["train", []],
      ["test", []],
    ]);
    let names: string[] = [];
    let sawRecords = false;
    for await (const member of members(file!, context)) {
      if (member.kind === "names") {
        names = member.names;
        continue;
      }
      sawRecords = true;
      const own = counts.get(member.split)!;
      for await (const { labels } of member.chunks()) {
        for (const label of labels) own[label] = (own[label] ?? 0) + 1;
      }
    }
    if (!sawRecords) throw noCifar(file!.path);
    const classes = Math.max(names.length, ...[...counts.values()].map((own) => own.length));
    const full = (split: SourceSplit) =>
      Array.from({ length: classes }, (_, label) => counts.get(split)?.[label] ?? 0);
    const total = [...full("train"), ...full("test")].reduce((sum, count) => sum + count, 0);
    return {
      name: classes > 10 ? "CIFAR-100" : "CIFAR-10",
      classNames: Array.from({ length: classes }, (_, label) => names[label] ?? String(label)),
      counts: { train: full("train"), test: full("test"), val: full("val") },
      sizes: [{ width: SIDE, height: SIDE, count: total }],
      sampled: total,
      channels: 3,
      notes: [],
    };
  },

  async *read([file], _facts, context) {
    for await (const member of members(file!, context)) {
      if (member.kind === "names") continue;
      for await (const { pixels, labels } of member.chunks()) {
        yield { kind: "pixels", split: member.split, shape: SHAPE, pixels, labels };
      }
    }
  },
});

type Member =
  | { kind: "names"; names: string[] }
  | {
      kind: "records";
      split: SourceSplit;
      chunks: () => AsyncGenerator<{ pixels: Uint8Array; labels: Uint16Array }>;
    };

/** The files of the archive that matter, one after the other; each must be read before the next is asked for. */
async function* members({ file, path }: PickedFile, { signal }: ReaderContext): AsyncGenerator<Member> {
  const name = baseName(path);
  const tar = (await openUnpacked(file, name)).pipeThrough(createTarDecoder({ strict: true }));
  const entries = tar.getReader();
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value: entry } = await entries.read().catch((error: unknown) => {
        throw damaged(name, error);
      });
      if (done) return;
      const member = baseName(entry.header.name);
      const reader = new ByteReader(entry.body, `${name}, ${member}`);
      if (/^(batches\.meta|fine_label_names)\.txt$/.test(member)) {
        const text = new TextDecoder().decode(await reader.readUpTo(META_LIMIT));
        yield { kind: "names", names: text.split(/\r?\n/).filter((line) => line.trim() !== "") };
      } else if (/^(data_batch_\d+|test_batch|train|test)\.bin$/.test(member)) {
        const labelBytes = /batch/.test(member) ? 1 : 2;
        const records = entry.header.size / (labelBytes + IMAGE);
        if (!Number.isInteger(records)) {
          throw new UserError(
            `${name}: "${member}" is no file of CIFAR records: it has ${entry.header.size} bytes.`,
            "Use the files as they were published, or unpack them again.",
          );
        }
        const split = member.startsWith("test") ? "test" : "train";
        yield { kind: "records", split, chunks: () => readRecords(reader, records, labelBytes, signal) };
      }
      while ((await reader.readUpTo(1 << 20)).length > 0) signal.throwIfAborted(); // to the next file
    }
  } finally {
    await entries.cancel().catch(() => undefined);
  }
}

async function* readRecords(reader: ByteReader, records: number, labelBytes: number, signal: AbortSignal) {
  const recordBytes = labelBytes + IMAGE;
  for (let start = 0; start < records; start += CHUNK) {
    signal.throwIfAborted();
    const n = Math.min(CHUNK, records - start);
    const bytes = await reader.read(n * recordBytes);
    const pixels = new Uint8Array(n * IMAGE);
    const labels = new Uint16Array(n);
    for (let i = 0; i < n; i++) {
      const at = i * recordBytes + labelBytes;
      labels[i] = bytes[at - 1]!; // the fine label of CIFAR-100 is the second
      for (let p = 0; p < PLANE; p++) {
        for (let c = 0; c < 3; c++) pixels[i * IMAGE + p * 3 + c] = bytes[at + c * PLANE + p]!;
      }
    }
    yield { pixels, labels };
  }
}

const noCifar = (path: string) =>
  new UserError(
    `${baseName(path)} holds no CIFAR batches (data_batch_1.bin, train.bin, …).`,
    "The binary version of CIFAR-10 or CIFAR-100 is read; zip class folders for other datasets.",
  );

function damaged(name: string, error: unknown): unknown {
  if (error instanceof UserError || (error instanceof Error && error.name === "AbortError")) return error;
  return new UserError(
    `${name} is damaged or cut short: it cannot be unpacked.`,
    "Copy or download it again.",
  );
}
