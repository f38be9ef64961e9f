import { collectPlugins } from "@/shared/plugin";
import type { Method } from "./method";

/** All methods by id. */
export const methods = collectPlugins(
  import.meta.glob<{ default?: Method }>(["./*.ts", "!./*.test.ts", "!./index.ts"], { eager: true }),
);
