import { openDB, type DBSchema } from "idb";
import type { TilingStore } from "@/tensor/tuning";

interface KernelSchema extends DBSchema {
  tilings: { key: string; value: Record<string, unknown> };
}

/** What was measured on each graphics device, in a small database of its own: nothing is lost with it but seconds. */
export function openTilingStore(name = "distillation-studio-kernels"): TilingStore {
  const open = () =>
    openDB<KernelSchema>(name, 1, {
      upgrade(database) {
        database.createObjectStore("tilings");
      },
    });
  return {
    async read(device) {
      const database = await open();
      const choices = await database.get("tilings", device);
      database.close();
      return choices ?? null;
    },
    async write(device, choices) {
      const database = await open();
      await database.put("tilings", { ...choices }, device);
      database.close();
    },
  };
}
