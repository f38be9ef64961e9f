/** All readers by id, in the order of their labels; a new format is one new file in this folder. */
import { collectPlugins } from "@/shared/plugin";
import type { Reader } from "./reader";

export const readers: Map<string, Reader> = collectPlugins(
  import.meta.glob<{ default?: Reader }>(["./*.ts", "!./*.test.ts", "!./index.ts"], { eager: true }),
);
