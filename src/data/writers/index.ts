/** All writers by id, in the order of their labels; a new one is one new file in this folder. */
import { collectPlugins } from "@/shared/plugin";
import type { Writer } from "./writer";

export const writers: Map<string, Writer> = collectPlugins(
  import.meta.glob<{ default?: Writer }>(["./*.ts", "!./*.test.ts", "!./index.ts", "!./exportZip.ts"], {
    eager: true,
  }),
);

/** Ids of what is written unless the person says otherwise. */
export const defaultFormats = (): string[] =>
  [...writers.values()].filter(({ isDefault }) => isDefault).map(({ id }) => id);
