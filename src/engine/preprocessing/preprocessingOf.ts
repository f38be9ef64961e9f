/** Which preprocessing a run or a set has. */
import { parseParams } from "@/shared/params";
import type { Snapshot } from "@/shared/run";
import { runParams } from "../runParams";
import type { Preprocessing } from "./networkImages";

/** What networks were given that a set was distilled with, and are given to evaluate it. */
export function preprocessingOf({ config }: Pick<Snapshot, "config">): Preprocessing {
  const { preprocessing } = config.run;
  return parseParams(
    { preprocessing: runParams.preprocessing },
    preprocessing === undefined ? {} : { preprocessing },
  ).preprocessing;
}

/** What a key of real images adds for their preprocessing: nothing for the usual one, as it was before there was another. */
export const preprocessingKey = (preprocessing: Preprocessing): string[] =>
  preprocessing === "standard" ? [] : [preprocessing];
