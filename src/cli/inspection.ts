/** `--inspect`: what an import found, as JSON for scripts. */
import { pixelsPerImage, type Split } from "@/shared/dataset";
import type { Imported } from "./importData";

const DIGITS = 6;

interface InspectedClass {
  name: string;
  images: Record<Split, number>;
  /** Mean over all pixels and channels, 0 … 255, six digits; null where there are no images. */
  meanPixel: number | null;
  meanPixelBySplit: Record<Split, number | null>;
}

export interface Inspection {
  name: string;
  /** Id of the reader or sample. */
  format: string;
  /** The same images give the same. */
  fingerprint: string;
  shape: { height: number; width: number; channels: number };
  images: Record<Split, number>;
  classes: InspectedClass[];
  /** Ids for --labels, where the files label their images in several ways. */
  labels: string[];
  /** Per channel of the training split, of pixels scaled to [0, 1]: what images are normalised with. */
  mean: number[];
  std: number[];
  skipped: { path: string; reason: string }[];
  notes: string[];
}

/** Reads every image once. */
export async function inspectionOf({ source, report, labels }: Imported): Promise<Inspection> {
  const { name, source: format, fingerprint, shape, classNames, counts, mean, std } = source.info;
  const sums: Record<Split, number[]> = { train: await sumsOf("train"), test: await sumsOf("test") };
  const pixels = pixelsPerImage(shape);

  /** Sum of all values per class: whole numbers far below 2^53. */
  async function sumsOf(split: Split): Promise<number[]> {
    const perClass = classNames.map(() => 0);
    for await (const chunk of source.chunks(split)) {
      const size = pixelsPerImage(chunk.shape);
      chunk.labels.forEach((label, i) => {
        let sum = 0;
        for (let at = i * size; at < (i + 1) * size; at++) sum += chunk.pixels[at]!;
        perClass[label]! += sum;
      });
    }
    return perClass;
  }

  const classes = classNames.map((className, label): InspectedClass => {
    const images = { train: counts.train[label]!, test: counts.test[label]! };
    const meanOf = (sum: number, count: number) =>
      count === 0 ? null : Number((sum / (count * pixels)).toFixed(DIGITS));
    const [train, test] = [sums.train[label]!, sums.test[label]!];
    return {
      name: className,
      images,
      meanPixel: meanOf(train + test, images.train + images.test),
      meanPixelBySplit: { train: meanOf(train, images.train), test: meanOf(test, images.test) },
    };
  });
  const total = (split: Split) => counts[split].reduce((sum, count) => sum + count, 0);
  return {
    ...{ name, format, fingerprint },
    shape: { height: shape.height, width: shape.width, channels: shape.channels },
    images: { train: total("train"), test: total("test") },
    classes,
    labels,
    ...{ mean, std },
    skipped: report.skipped,
    notes: report.notes,
  };
}
