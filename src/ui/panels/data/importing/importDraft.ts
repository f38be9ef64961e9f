/** What stands in the import dialog, and the choices that it means. */
import type { DatasetInfo, Split } from "@/shared/dataset";
import { importedClasses, type FoundClasses, type ImportedClasses } from "@/shared/importedClasses";
import type { Draw, Fit } from "@/shared/importChoices";
import type { ImportChoices, ImportPlan } from "@/shared/importing";
import { uniqueName } from "@/shared/uniqueName";
import { MOST_PIXELS } from "./importPlanFacts";

export interface ImportDraft {
  name: string;
  /** The dataset that the files are added to, null for a new one. */
  target: DatasetInfo | null;
  size: { width: number; height: number };
  fit: Fit;
  channels: 1 | 3;
  testPercent: number;
  seed: number;
  labelling: string | undefined;
  /** Each class of the files. */
  classes: { name: string; isKept: boolean }[];
  /** Null for all images. */
  most: Record<Split, number | null>;
  draw: Draw;
}

export const SPLIT_SEED = 1;
const TEST_PERCENT = 20;

/** What the files propose. */
export function newDraft(plan: ImportPlan): ImportDraft {
  return {
    name: plan.name,
    target: null,
    size: plan.size,
    fit: "crop",
    channels: plan.channels,
    testPercent: TEST_PERCENT,
    seed: SPLIT_SEED,
    labelling: plan.labellings[0]?.id,
    classes: asFound(plan.classNames),
    most: { train: null, test: null },
    draw: "first",
  };
}

const asFound = (names: readonly string[]) => names.map((name) => ({ name, isKept: true }));

/** The classes of the files under the chosen labels. */
export function foundClasses(plan: ImportPlan, labelling: string | undefined): FoundClasses {
  const { classNames, counts } = plan.labellings.find(({ id }) => id === labelling) ?? plan;
  return { classNames, counts, hasTestSplit: plan.hasTestSplit };
}

export function withLabels(plan: ImportPlan, draft: ImportDraft, labelling: string): ImportDraft {
  const { classNames } = foundClasses(plan, labelling);
  return { ...draft, labelling, classes: asFound(namesFor(classNames, draft.target)) };
}

/** Adding takes size and colour from the dataset, and its names for classes that the files know by number only. */
export function withTarget(
  plan: ImportPlan,
  draft: ImportDraft,
  target: DatasetInfo | null,
  datasets: readonly DatasetInfo[],
): ImportDraft {
  const { classNames } = foundClasses(plan, draft.labelling);
  const { width, height, channels } = target?.shape ?? { ...plan.size, channels: plan.channels };
  return {
    ...draft,
    target,
    name: target ? uniqueName(target.name, datasets) : plan.name,
    size: { width, height },
    channels,
    classes: asFound(namesFor(classNames, target)),
  };
}

function namesFor(found: readonly string[], target: DatasetInfo | null): readonly string[] {
  const names = target?.classNames ?? [];
  const areNumbers = found.every((name) => /^\d+$/.test(name) && Number(name) < names.length);
  return areNumbers ? found.map((name) => names[Number(name)]!) : found;
}

export function choicesOf(plan: ImportPlan, draft: ImportDraft): ImportChoices {
  const { name, target, size, fit, channels, testPercent, seed, labelling, classes, most, draw } = draft;
  const { classNames } = foundClasses(plan, labelling);
  const isChanged = classes.some(({ name, isKept }, label) => !isKept || name.trim() !== classNames[label]);
  const isLimited = most.train !== null || most.test !== null;
  return {
    name: name.trim(),
    size: { width: size.width, height: size.height },
    channels,
    testShare: plan.hasTestSplit ? 0 : testPercent / 100,
    seed,
    ...(labelling !== undefined && { labelling }),
    ...(fit !== "crop" && { fit }),
    ...(isChanged && { classes: classes.map(({ name, isKept }) => (isKept ? name.trim() : null)) }),
    ...(isLimited && {
      most: {
        ...(most.train !== null && { train: most.train }),
        ...(most.test !== null && { test: most.test }),
      },
      draw,
    }),
    ...(target && { addTo: target.id }),
  };
}

/** What the import would bring; class indices are those of the dataset that it ends in. */
export function balanceOf(plan: ImportPlan, draft: ImportDraft): ImportedClasses {
  const found = foundClasses(plan, draft.labelling);
  return importedClasses(found, choicesOf(plan, draft), draft.target?.classNames);
}

/** Why the import cannot begin, "" when it can. */
export function draftProblem(plan: ImportPlan, draft: ImportDraft): string {
  const { name, size, seed, classes, most, target } = draft;
  if (name.trim() === "") return "A dataset needs a name.";
  if (!Number.isInteger(seed) || seed < 0) return "The seed is a whole number from 0 on.";
  for (const side of [size.width, size.height])
    if (!Number.isInteger(side) || side < 1 || side > MOST_PIXELS)
      return `Width and height are whole numbers between 1 and ${MOST_PIXELS}.`;
  for (const count of Object.values(most))
    if (count !== null && (!Number.isInteger(count) || count < 1))
      return "A limit is a whole number from 1 on, or empty.";
  const kept = classes.filter(({ isKept }) => isKept);
  if (kept.some((own) => own.name.trim() === "")) return "Each class needs a name.";
  if (kept.length === 0) return "At least one class must be kept.";
  // files of one class are refused by the import itself, which says what else can be done with them
  if (!target && classes.length > 1 && balanceOf(plan, draft).classNames.length < 2)
    return "A new dataset needs two classes at least.";
  return "";
}
