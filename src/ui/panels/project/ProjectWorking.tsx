import type { ProjectProgress } from "@/shared/project";
import { ProgressBar } from "../../controls/ProgressBar";
import { formatBytes, formatDuration } from "../../format";

const PHASES: Record<ProjectProgress["phase"], string> = {
  writing: "Checking and writing",
  checking: "Checking every file",
  storing: "Storing",
};

interface Props {
  what: "save" | "open";
  name: string;
  progress: ProjectProgress | null;
  onCancel: () => void;
}

/** How far it is, how fast, how long still, and the way out. */
export function ProjectWorking({ what, name, progress, onCancel }: Props) {
  return (
    <>
      <div className="working" aria-busy="true">
        <p className="working-title ellipsis">{name || "Project file"}</p>
        <ProgressBar
          label={what === "save" ? "Saving the project" : "Opening the project"}
          done={progress?.done ?? 0}
          total={progress?.total ?? 0}
        />
        <div className="figures quiet working-figures">
          <span>{progress ? PHASES[progress.phase] : "Preparing"}</span>
          <span>{progress && progress.eta !== null ? `${formatDuration(progress.eta)} left` : ""}</span>
          <span>{progress ? `${formatBytes(progress.done)} of ${formatBytes(progress.total)}` : ""}</span>
          <span>{progress && progress.perSecond > 0 ? `${formatBytes(progress.perSecond)}/s` : ""}</span>
        </div>
      </div>
      {what === "open" && (
        <p className="quiet">
          Nothing is taken in before all of it is checked; a cancel leaves all as it was.
        </p>
      )}
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </>
  );
}
