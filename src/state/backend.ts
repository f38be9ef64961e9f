/** Which backend computes. */
import { create } from "zustand";
import { errorInfo, type ErrorInfo } from "@/shared/errors";
import type { BackendInfo } from "@/shared/run";
import { commands } from "./commands";

interface BackendState {
  phase: "starting" | "ready" | "failed";
  info: BackendInfo | null;
  error: ErrorInfo | null;
  /** @param only this backend or none */
  start: (only?: BackendInfo["id"]) => Promise<void>;
  fail: (error: unknown) => void;
  /** Starts a fresh engine after a loss. */
  renew: () => void;
}

export const useBackend = create<BackendState>((set) => ({
  phase: "starting",
  info: null,
  error: null,

  async start(only) {
    set({ phase: "starting", error: null });
    try {
      set({ phase: "ready", info: await commands().engine.startBackend(only) });
    } catch (error) {
      set({ phase: "failed", error: errorInfo(error) });
    }
  },

  fail: (error) => set({ phase: "failed", error: errorInfo(error) }),

  renew: () => void commands().renewEngine(),
}));
