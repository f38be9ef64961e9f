import { useEffect } from "react";
import { useExporting } from "@/state/exporting";
import { canExport, useRun } from "@/state/run";
import { useSnapshots } from "@/state/snapshots";
import { useTabs, viewingReason } from "@/state/tabs";

/** Where a key has its own meaning: it is left alone there. */
const OWN_KEYS =
  'input, textarea, select, button, summary, a, [contenteditable], [role="slider"], [role="combobox"], [role="dialog"], [role="listbox"]';

/** Space pause and resume, S step, E export, ? help; not while typing, not with a modifier. */
export function useShortcuts(onHelp: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.repeat) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest('[role="dialog"], input:not([type="checkbox"]), textarea, [contenteditable]'))
        return;
      const run = useRun.getState();
      const isViewer = viewingReason(useTabs.getState()) !== "";
      const key = event.key.toLowerCase();
      if (key === " ") {
        if (target?.closest(OWN_KEYS)) return;
        if (isViewer) return;
        if (run.phase === "running") void run.pause();
        else if (run.phase === "paused") void run.resume();
        else return;
      } else if (target?.closest('[role="combobox"], [role="listbox"]')) {
        return; // letters choose an option there
      } else if (key === "s") {
        if (!isViewer && (run.phase === "running" || run.phase === "paused")) void run.step();
      } else if (key === "e") {
        if (canExport(run) || useSnapshots.getState().selectedId !== null)
          void useExporting.getState().exportSet();
      } else if (key === "?") {
        onHelp();
      } else {
        return;
      }
      event.preventDefault();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [onHelp]);
}
