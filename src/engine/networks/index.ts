import { collectPlugins } from "@/shared/plugin";
import type { NetworkPlugin } from "./network";

const modules = import.meta.glob<{ default?: NetworkPlugin }>(["./*.ts", "!./*.test.ts", "!./index.ts"], {
  eager: true,
});

/** All networks, by id. */
export const networks = collectPlugins(modules);
