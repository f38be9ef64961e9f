import { collectPlugins } from "@/shared/plugin";
import type { AugmentationPlugin } from "./augmentation";

/** All augmentations by id. */
export const augmentations = collectPlugins(
  import.meta.glob<{ default?: AugmentationPlugin }>(["./*.ts", "!./*.test.ts", "!./index.ts"], {
    eager: true,
  }),
);
