/** What methods and kept sets are called on the page. */
import type { SnapshotInfo } from "@/shared/evaluating";
import type { Catalog } from "@/shared/experiment";
import { formatCount } from "./format";

/** The method's label; its id where the catalog does not know it. */
export const methodLabel = (catalog: Catalog | null, id: string): string =>
  catalog?.methods.find((method) => method.id === id)?.label ?? id;

/** "Distribution matching (DM) · MNIST · IPC 10 · iteration 1,000": a kept set in a few words. */
export const setName = (catalog: Catalog | null, info: SnapshotInfo): string =>
  [methodLabel(catalog, info.method), ...setFacts(info)].join(" · ");

/** The same without the method: dataset, images per class, iteration. */
export const setFacts = ({ datasetName, ipc, iteration }: SnapshotInfo): string[] => [
  datasetName,
  `IPC ${formatCount(ipc)}`,
  `iteration ${formatCount(iteration)}`,
];
