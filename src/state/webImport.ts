/** What is asked of the web: addresses, what they lead to, and which of it is wanted. */
import { create } from "zustand";
import { errorInfo, isAbort, type ErrorInfo } from "@/shared/errors";
import { parseAddresses } from "@/shared/webAddress";
import type { WebFile, WebOffer, WebRequest } from "@/shared/webImport";
import { announce } from "./announcements";
import { commands } from "./commands";
import { useImporting } from "./importing";

type WebPhase =
  { kind: "asking" } | { kind: "looking" } | { kind: "offered"; offer: WebOffer; request: WebRequest };

interface WebImportState {
  isOpen: boolean;
  /** One address a line; stays for the next time. */
  text: string;
  followsAnywhere: boolean;
  phase: WebPhase;
  error: ErrorInfo | null;
  open: () => void;
  close: () => Promise<void>;
  change: (changes: Partial<Pick<WebImportState, "text" | "followsAnywhere">>) => void;
  /** Asks the hosts what there is. */
  lookUp: () => Promise<void>;
  fetch: (files: WebFile[]) => Promise<void>;
}

/** Counts what is asked, so that a late answer to what was given up is not heard. */
let ticket = 0;

export const useWebImport = create<WebImportState>((set, get) => ({
  isOpen: false,
  text: "",
  followsAnywhere: false,
  phase: { kind: "asking" },
  error: null,

  open: () => set({ isOpen: true, phase: { kind: "asking" }, error: null }),

  async close() {
    ticket++;
    const wasLooking = get().phase.kind === "looking";
    set({ isOpen: false, phase: { kind: "asking" }, error: null });
    if (wasLooking) await useImporting.getState().cancel();
  },

  change: (changes) => set({ ...changes, phase: { kind: "asking" }, error: null }),

  async lookUp() {
    const mine = ++ticket;
    try {
      const { text, followsAnywhere } = get();
      const request = { addresses: parseAddresses(text), followsAnywhere };
      set({ phase: { kind: "looking" }, error: null });
      const offer = await commands().data.lookUpWeb(request);
      if (mine !== ticket) return;
      set({ phase: { kind: "offered", offer, request } });
      announce(`${offer.files.length === 1 ? "One file was" : `${offer.files.length} files were`} found.`);
    } catch (error) {
      if (mine === ticket)
        set({ phase: { kind: "asking" }, error: isAbort(error) ? null : errorInfo(error) });
    }
  },

  async fetch(files) {
    const { phase } = get();
    if (phase.kind !== "offered") return;
    set({ isOpen: false, phase: { kind: "asking" } });
    await useImporting.getState().fetchWeb(files, phase.request);
  },
}));
