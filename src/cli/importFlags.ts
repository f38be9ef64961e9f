/** The flags that say how files become a dataset: what the page's import dialog asks. */
import { DRAWS, FITS, type Draw, type Fit, type ImportChoices } from "@/shared/importChoices";
import type { ImportPlan } from "@/shared/importing";
import type { CommandLine } from "./commandLine";
import { CliError, EXIT } from "./exitCodes";
import { nearest } from "./nearest";

/** As the page's import dialog proposes. */
const TEST_SHARE = 0.2;
const SPLIT_SEED = 1;

/** What the import flags say, checked; what is left out is as the files have it. */
export interface ImportFlags {
  name?: string;
  size?: { width: number; height: number };
  fit?: Fit;
  grey: boolean;
  labels?: string;
  testShare: number;
  seed: number;
  keep: readonly string[];
  drop: readonly string[];
  rename: readonly { from: string; to: string }[];
  most: { train?: number; test?: number };
  draw: Draw;
}

/** @throws CliError that names the flag and what it takes */
export function importFlags({ command }: CommandLine): ImportFlags {
  const wrong = (name: keyof typeof command, what: string, at = 0) =>
    new CliError(EXIT.usage, `--${name}: ${what} It was "${command[name]?.[at]}".`);
  const number = (name: "test-share" | "split-seed" | "most-train" | "most-test"): number | undefined => {
    const typed = command[name]?.[0];
    return typed === undefined ? undefined : typed.trim() === "" ? NaN : Number(typed);
  };
  const oneOf = <T extends string>(name: "fit" | "draw", known: readonly T[]): T | undefined => {
    const typed = command[name]?.[0];
    const found = known.find((value) => value === typed);
    if (typed !== undefined && !found) throw wrong(name, `${known.join(" or ")} is needed.`);
    return found;
  };
  const most = (split: "train" | "test") => {
    const count = number(`most-${split}`);
    if (count !== undefined && (!Number.isInteger(count) || count < 1))
      throw wrong(`most-${split}`, "a whole number from 1 on is needed.");
    return count === undefined ? {} : { [split]: count };
  };
  const testShare = number("test-share") ?? TEST_SHARE;
  if (!(testShare >= 0 && testShare <= 0.5))
    throw wrong("test-share", "a share between 0 and 0.5 is needed.");
  const seed = number("split-seed") ?? SPLIT_SEED;
  if (!Number.isInteger(seed) || seed < 0 || seed > 2 ** 31 - 1)
    throw wrong("split-seed", "a whole number between 0 and 2147483647 is needed.");
  const colour = command.colour?.[0] ?? "keep";
  if (colour !== "keep" && colour !== "grey") throw wrong("colour", "keep or grey is needed.");
  const size = command["image-size"]?.[0];
  const sides = size === undefined ? null : /^(\d{1,3})(?:x(\d{1,3}))?$/.exec(size);
  if (size !== undefined && !sides)
    throw wrong("image-size", "pixels are needed, as 32 or as 48x32 (width, height).");
  const name = command.name?.[0]?.trim();
  if (name === "") throw wrong("name", "a dataset needs a name.");
  const fit = oneOf("fit", FITS);
  return {
    ...(name && { name }),
    ...(sides && { size: { width: Number(sides[1]), height: Number(sides[2] ?? sides[1]) } }),
    ...(fit && { fit }),
    grey: colour === "grey",
    ...(command.labels && { labels: command.labels[0]! }),
    testShare,
    seed,
    keep: command["keep-class"] ?? [],
    drop: command["drop-class"] ?? [],
    rename: (command["rename-class"] ?? []).map((typed, at) => {
      const [, from, to] = /^(.+)=(.+)$/.exec(typed) ?? [];
      if (!from || !to?.trim()) throw wrong("rename-class", "old=new is needed.", at);
      return { from, to: to.trim() };
    }),
    most: { ...most("train"), ...most("test") },
    draw: oneOf("draw", DRAWS) ?? "first",
  };
}

/** What the page's dialog would say with these flags. @throws CliError for labels and classes that the files do not have */
export function choicesOf(plan: ImportPlan, flags: ImportFlags): ImportChoices {
  const { name, size, fit, grey, labels, testShare, seed, most, draw } = flags;
  const ids = plan.labellings.map(({ id }) => id);
  if (labels !== undefined && !ids.includes(labels))
    throw new CliError(
      EXIT.usage,
      `--labels: the files have no labels "${labels}".`,
      ids.length > 0 ? `They have: ${ids.join(", ")}.` : "They have one kind only: leave it out.",
    );
  const { classNames } = plan.labellings.find(({ id }) => id === labels) ?? plan;
  const classes = classChoices(classNames, flags);
  return {
    name: name ?? plan.name,
    size: size ?? plan.size,
    channels: grey ? 1 : plan.channels,
    testShare: plan.hasTestSplit ? 0 : testShare,
    seed,
    ...(labels !== undefined && { labelling: labels }),
    ...(fit && { fit }),
    ...(classes && { classes }),
    ...((most.train ?? most.test) !== undefined && { most, draw }),
  };
}

/** @returns nothing when all classes stay as they are */
function classChoices(
  classNames: readonly string[],
  { keep, drop, rename }: ImportFlags,
): (string | null)[] | undefined {
  if (keep.length + drop.length + rename.length === 0) return undefined;
  const known = (flag: string, name: string) => {
    if (classNames.includes(name)) return;
    const meant = nearest(name, classNames);
    throw new CliError(
      EXIT.usage,
      `--${flag}: the files have no class "${name}".`,
      meant ? `Did you mean ${meant}?` : `They have: ${classNames.slice(0, 20).join(", ")}.`,
    );
  };
  for (const name of keep) known("keep-class", name);
  for (const name of drop) known("drop-class", name);
  for (const { from } of rename) known("rename-class", from);
  return classNames.map((name) => {
    if ((keep.length > 0 && !keep.includes(name)) || drop.includes(name)) return null;
    return rename.find(({ from }) => from === name)?.to ?? name;
  });
}
