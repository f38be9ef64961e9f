/** How many images a dataset holds. */
import type { DatasetInfo, Split } from "@/shared/dataset";

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

export const imagesIn = ({ counts }: Pick<DatasetInfo, "counts">, split: Split): number => sum(counts[split]);

export const imagesOf = (dataset: Pick<DatasetInfo, "counts">): number =>
  imagesIn(dataset, "train") + imagesIn(dataset, "test");
