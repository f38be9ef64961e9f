/** All that a project file can hold, in the order in which it is written and put back. */
import type { ProjectChoice } from "@/shared/project";
import type { ItemKind, StoreName } from "./itemKind";
import { datasets } from "./kinds/datasets";
import { experts, expertSets } from "./kinds/experts";
import { keptSets, scores } from "./kinds/results";
import { unfinishedJobs, unfinishedRuns } from "./kinds/runs";

export const projectKinds: readonly ItemKind[] = [
  datasets,
  unfinishedRuns,
  unfinishedJobs,
  keptSets,
  scores,
  expertSets,
  experts,
];

/** What a choice leaves of them. */
export const chosenKinds = (choice: ProjectChoice): ItemKind[] =>
  projectKinds.filter((kind) => choice.experts || (kind !== expertSets && kind !== experts));

/** The stores of a kind that a choice includes. */
export const chosenStores = (kind: ItemKind, { images }: ProjectChoice): StoreName[] =>
  (Object.keys(kind.stores) as StoreName[]).filter((store) => images || store !== "shards");
