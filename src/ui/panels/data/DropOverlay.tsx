import { useEffect, useState } from "react";
import { droppedFiles } from "@/state/dropFiles";
import { useImporting } from "@/state/importing";
import { useTabs, viewingReason } from "@/state/tabs";

const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;

/** Makes the whole page a drop target and says so while files hover over it. */
export function DropOverlay() {
  const [isOver, setIsOver] = useState(false);
  const viewing = useTabs(viewingReason);
  const isIdle = useImporting((state) => state.phase.kind === "idle");
  const whyNot = viewing || (isIdle ? "" : "An import is going on: cancel it first");
  const inspect = useImporting((state) => state.inspect);

  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    const over = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault(); // else the browser would open the file
      if (event.dataTransfer) event.dataTransfer.dropEffect = whyNot ? "none" : "copy";
      setIsOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setIsOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!carriesFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      setIsOver(false);
      if (!whyNot) void inspect(droppedFiles(event.dataTransfer.items));
    };
    document.addEventListener("dragenter", over, { signal });
    document.addEventListener("dragover", over, { signal });
    document.addEventListener("dragleave", leave, { signal });
    document.addEventListener("drop", drop, { signal });
    return () => listening.abort();
  }, [whyNot, inspect]);

  if (!isOver) return null;
  return (
    <div className="drop-overlay">
      <p>{whyNot || "Drop to look at the files"}</p>
    </div>
  );
}
