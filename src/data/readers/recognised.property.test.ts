/** The readers of archives, tensors and tables against noise and mutated files, from the first look to the last image. */
import { afterAll, describe, it } from "vitest";
import type { PickedFile } from "@/shared/importing";
import { hostileBytes, inputsTried, mutated, withstands } from "../fixtures/hostile/hostileBytes";
import { picked, png } from "../fixtures/madeFiles";
import { tar } from "../fixtures/packedFiles";
import { parquetOf } from "../fixtures/packedTables";
import { pickle2, Uint8Array2D } from "../fixtures/pickles";
import { samplePictures } from "../fixtures/samplePictures";
import { encodeExample } from "../fixtures/tfExamples";
import { encodeNpy } from "../codecs/npy";
import { encodePt, PtTensor } from "../codecs/pt";
import { SafetensorsWriter } from "../codecs/safetensors";
import { encodeTfRecords } from "../codecs/tfRecord";
import { inspectFiles } from "../importPlan";

const signal = new AbortController().signal;
const text = (value: string) => Uint8Array.from(new TextEncoder().encode(value));

/** Looks at the files and reads what a reader takes; no reader may give more images than it announced. */
async function readAll(files: PickedFile[]): Promise<void> {
  const inspected = await inspectFiles(files, {
    signal,
    clock: () => 0,
    onProgress: () => undefined,
  });
  const { reader, facts } = inspected;
  const announced = Object.values(facts.counts)
    .flat()
    .reduce((sum, count) => sum + count, 0);
  let images = 0;
  for await (const item of reader.read(inspected.files, facts, { signal })) {
    if (item.kind === "pixels") images += item.labels.length;
    else if (item.kind === "image") images++;
  }
  if (images > announced) throw new Error(`${images} images, ${announced} announced`);
}

const one = (name: string) => (bytes: Uint8Array<ArrayBuffer>) => readAll([picked(name, bytes)]);
const size = { count: 80, ratio: 1100 };

afterAll(() => console.log(`archives, tensors, tables: ${inputsTried()} inputs tried`));

describe("hostile bytes", () => {
  it("tar archives of class folders and of samples", async () => {
    const folders = await tar([
      ["a/1.png", png(1)],
      ["b/2.png", png(2)],
    ]);
    const samples = await tar([
      ["1.png", png(1)],
      ["1.cls", text("0")],
      ["2.png", png(2)],
      ["2.json", text('{"label": 1}')],
    ]);
    await withstands(hostileBytes([folders, samples]), one("x.tar"), size);
  });

  it("CIFAR's pickles", async () => {
    const batch = pickle2({ data: new Uint8Array2D(1, 3072, new Uint8Array(3072)), labels: [1] });
    await withstands(mutated([batch]), one("data_batch_1"), size);
  });

  it("NPY, safetensors and .pt", async () => {
    const images = encodeNpy({ shape: [2, 2, 2], dtype: "<f4", data: new Float32Array(8) });
    const labels = encodeNpy({ shape: [2], dtype: "|u1", data: Uint8Array.of(0, 1) });
    await withstands(
      hostileBytes([images, labels]),
      (bytes) => readAll([picked("x.npy", bytes), picked("y.npy", labels)]),
      size,
    );
    const writer = new SafetensorsWriter();
    writer.put("images", { dtype: "F32", shape: [2, 2, 2], data: new Float32Array(8) });
    writer.put("labels", { dtype: "I64", shape: [2], data: BigInt64Array.of(0n, 1n) });
    const whole = new Uint8Array(await writer.finish().arrayBuffer());
    await withstands(hostileBytes([whole]), one("x.safetensors"), size);
    const target = encodePt(new PtTensor([2], "int64", BigInt64Array.of(0n, 1n)), "y");
    await withstands(
      hostileBytes([encodePt(new PtTensor([2, 1, 2, 2], "float32", new Float32Array(8)), "x")]),
      (bytes) => readAll([picked("x.pt", bytes), picked("y.pt", target)]),
      size,
    );
  });

  it("CSV, TFRecord and Parquet", async () => {
    await withstands(hostileBytes([text('label,a,b,c,d\n"0",1,2,3,4\n1,5,6,7,8\n')]), one("x.csv"), size);
    const record = encodeExample({ image: png(1), label: 1 });
    const records = encodeTfRecords([record, encodeExample({ image: png(2), label: 0 })]);
    await withstands(hostileBytes([records]), one("x.tfrecord"), size);
    await withstands(mutated([record]), (bytes) => one("x.tfrecord")(encodeTfRecords([bytes])), size);
    const shard = parquetOf(samplePictures.slice(2, 4), ["label", "img"]);
    await withstands(hostileBytes([shard]), one("x.parquet"), size);
  });
});
