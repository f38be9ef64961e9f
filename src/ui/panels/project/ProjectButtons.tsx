import { useRef } from "react";
import { useProject } from "@/state/project";
import { useTabs, viewingReason } from "@/state/tabs";
import { ProjectDialog } from "./ProjectDialog";
import "./project.css";

/** The way out of this browser with everything, and the way in again. */
export function ProjectButtons() {
  const input = useRef<HTMLInputElement>(null);
  const phase = useProject((state) => state.phase);
  const choose = useProject((state) => state.choose);
  const open = useProject((state) => state.open);
  const viewing = useTabs(viewingReason);
  return (
    <div className="project-buttons">
      <button type="button" className="button button-small" onClick={() => void choose()}>
        Save project…
      </button>
      <button
        type="button"
        className="button button-small"
        title={viewing}
        disabled={viewing !== ""}
        onClick={() => input.current?.click()}
      >
        Open project…
      </button>
      <input
        ref={input}
        type="file"
        accept=".zip,application/zip"
        aria-label="Project file"
        hidden
        tabIndex={-1}
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file) void open(file, file.name);
          currentTarget.value = ""; // so that the same file can be chosen again
        }}
      />
      {phase.kind !== "closed" && <ProjectDialog phase={phase} />}
    </div>
  );
}
