/** How much the browser stores for this page, and whether it promised to keep it. */
import { create } from "zustand";

interface StorageState {
  usage: number | null; // bytes
  quota: number | null; // bytes
  /** True: the browser promised not to clear the data by itself. Null: not known. */
  persisted: boolean | null;
  /** True once the browser was asked in this session. */
  asked: boolean;
  refresh: () => Promise<void>;
  /** Asks the browser to keep the data, once. */
  askToPersist: () => Promise<void>;
}

/** Absent where the page is not served from a secure origin. */
const manager = (): StorageManager | undefined => globalThis.navigator?.storage;

export const useStorage = create<StorageState>((set, get) => ({
  usage: null,
  quota: null,
  persisted: null,
  asked: false,

  async refresh() {
    try {
      const [estimate, persisted] = await Promise.all([manager()?.estimate(), manager()?.persisted()]);
      set({
        usage: estimate?.usage ?? null,
        quota: estimate?.quota ?? null,
        persisted: persisted ?? null,
      });
    } catch {
      set({ usage: null, quota: null, persisted: null }); // a browser may refuse to say, as in private windows
    }
  },

  async askToPersist() {
    if (!get().asked && get().persisted !== true) {
      set({ asked: true });
      try {
        await manager()?.persist();
      } catch {
        // refused: refresh() shows the answer
      }
    }
    await get().refresh();
  },
}));
