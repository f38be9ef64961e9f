/** Takes the synthetic set home: snapshot, file, download. */
import { create } from "zustand";
import { errorInfo, type ErrorInfo } from "@/shared/errors";
import { announce } from "./announcements";
import { commands } from "./commands";
import { useExportFormats } from "./exportFormats";
import { readSelected } from "./snapshots";

interface ExportingState {
  phase: "idle" | "working";
  done: number;
  total: number;
  /** The file that was written last, and its size in bytes. */
  written: { name: string; bytes: number } | null;
  error: ErrorInfo | null;
  /** Writes the selected kept set, or the one of the run when none is selected. */
  exportSet: () => Promise<void>;
  /** Ends an export whose engine has died: its answer will never come. */
  fail: (error: ErrorInfo) => void;
}

export const useExporting = create<ExportingState>((set, get) => ({
  phase: "idle",
  done: 0,
  total: 0,
  written: null,
  error: null,

  async exportSet() {
    if (get().phase === "working") return;
    set({ phase: "working", done: 0, total: 0, error: null, written: null });
    try {
      const snapshot = await readSelected();
      const { chosen } = useExportFormats.getState();
      const { name, blob } = await commands().data.exportSnapshot(snapshot, chosen, (done, total) =>
        set({ done, total }),
      );
      download(blob, name);
      set({ phase: "idle", written: { name, bytes: blob.size } });
      announce(`${name} is written.`);
    } catch (error) {
      set({ phase: "idle", error: errorInfo(error) });
    }
  },

  fail: (error) => set((state) => (state.phase === "working" ? { phase: "idle", error } : {})),
}));

/** Hands a file to the browser's downloads; what some system does not take in a name becomes "_". */
export function download(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const safe = name.replace(/[\\/:*?"<>|\p{Cc}\p{Cf}]+/gu, "_");
  const link = Object.assign(document.createElement("a"), { href: url, download: safe });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // large files are read after the click
}
