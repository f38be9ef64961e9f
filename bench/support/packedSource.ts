/** A dataset as one run of bytes: the length of its facts (uint32), the facts as JSON, then pixels and labels. */
import { memorySource, type LabelledPixels } from "@/engine/testData";
import { pixelsPerImage, type DatasetInfo, type ImageSource, type Split } from "@/shared/dataset";

const SPLITS: readonly Split[] = ["train", "test"];

export async function packSource(source: ImageSource): Promise<Uint8Array> {
  const facts = new TextEncoder().encode(JSON.stringify(source.info));
  const parts: Uint8Array[] = [new Uint8Array(Uint32Array.of(facts.length).buffer), facts];
  for (const split of SPLITS) {
    const labels: Uint8Array[] = [];
    for await (const chunk of source.chunks(split)) {
      parts.push(chunk.pixels);
      labels.push(Uint8Array.from(chunk.labels));
    }
    parts.push(...labels);
  }
  const packed = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    packed.set(part, at);
    at += part.length;
  }
  return packed;
}

export function unpackSource(packed: Uint8Array): ImageSource {
  const [length] = new Uint32Array(packed.slice(0, 4).buffer) as unknown as [number];
  const facts = packed.subarray(4, 4 + length);
  const info = JSON.parse(new TextDecoder().decode(facts)) as DatasetInfo;
  let at = 4 + length;
  const take = (bytes: number) => packed.subarray(at, (at += bytes));
  const read = (split: Split): LabelledPixels => {
    const count = info.counts[split].reduce((a, b) => a + b, 0);
    const pixels = take(count * pixelsPerImage(info.shape));
    return { pixels, labels: take(count) };
  };
  const splits = { train: read("train"), test: read("test") };
  return memorySource(info.name, info.shape, info.classNames, splits, { mean: info.mean, std: info.std });
}
