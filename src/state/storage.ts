/** Where the studio keeps things, how much the browser stores for this page, and whether it promised to keep it. */
import { create } from "zustand";
import type { ErrorInfo } from "@/shared/errors";
import type { StorageEvent, StoragePlace } from "@/shared/storage";

interface StorageState {
  place: StoragePlace;
  /** Why the browser's storage is not used. */
  problem: ErrorInfo | null;
  /** What happened to the storage last. */
  event: StorageEvent | null;
  usage: number | null; // bytes
  quota: number | null; // bytes
  /** True: the browser promised not to clear the data by itself. Null: not known. */
  persisted: boolean | null;
  /** True once the browser was asked in this session. */
  asked: boolean;
  refresh: () => Promise<void>;
  /** Asks the browser to keep the data, once. */
  askToPersist: () => Promise<void>;
  dismissEvent: () => void;
}

/** Absent where the page is not served from a secure origin. */
const manager = (): StorageManager | undefined => globalThis.navigator?.storage;

export const useStorage = create<StorageState>((set, get) => ({
  place: "browser",
  problem: null,
  event: null,
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

  dismissEvent: () => set({ event: null }),
}));
