/** All samples by id, in the order of their labels; a new one is one new file in this folder. */
import { collectPlugins } from "@/shared/plugin";
import type { Sample } from "./sample";

export const samples: Map<string, Sample> = collectPlugins(
  import.meta.glob<{ default?: Sample }>(["./*.ts", "!./*.test.ts", "!./index.ts"], { eager: true }),
);
