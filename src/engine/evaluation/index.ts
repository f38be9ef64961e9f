import { collectPlugins } from "@/shared/plugin";
import type { Evaluation } from "./evaluation";

/** All evaluations by id. */
export const evaluations = collectPlugins(
  import.meta.glob<{ default?: Evaluation }>(["./*.ts", "!./*.test.ts", "!./index.ts"], { eager: true }),
);
