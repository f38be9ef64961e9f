/** What methods and kept sets are called on the page. */
import type { SnapshotInfo } from "@/shared/evaluating";
import type { Catalog } from "@/shared/experiment";
import { formatCount } from "./format";

/** The method's label; its id where the catalog does not know it. */
export const methodLabel = (catalog: Catalog | null, id: string): string =>
  catalog?.methods.find((method) => method.id === id)?.label ?? id;

/** What a kept set is first known by: its method, or the file it was opened from. */
export const setTitle = (catalog: Catalog | null, { method, openedFrom }: SnapshotInfo): string =>
  openedFrom ?? methodLabel(catalog, method);

/** "Distribution matching (DM) · MNIST · IPC 10 · iteration 1,000": a kept set in a few words. */
export const setName = (catalog: Catalog | null, info: SnapshotInfo): string =>
  [setTitle(catalog, info), ...setFacts(info)].join(" · ");

/** The same without the method: dataset, images per class, iteration. */
export const setFacts = ({ datasetName, ipc, iteration, openedFrom }: SnapshotInfo): string[] => [
  datasetName,
  `IPC ${formatCount(ipc)}`,
  openedFrom === undefined ? `iteration ${formatCount(iteration)}` : "from a file",
];
