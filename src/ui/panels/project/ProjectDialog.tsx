import { useProject, type ProjectPhase } from "@/state/project";
import { Alert } from "../../controls/Alert";
import { Modal } from "../../controls/Modal";
import { ProjectChoices } from "./ProjectChoices";
import { ProjectOpenedView, ProjectSavedView } from "./ProjectOutcome";
import { ProjectWorking } from "./ProjectWorking";

/** A project file on its way out or in: what goes in, how far it is, what came of it. */
export function ProjectDialog({ phase }: { phase: Exclude<ProjectPhase, { kind: "closed" }> }) {
  const close = useProject((state) => state.close);
  const onClose = () => void close();
  return (
    <Modal title={titleOf(phase)} onClose={onClose}>
      {phase.kind === "choosing" && <ProjectChoices size={phase.size} onClose={onClose} />}
      {phase.kind === "working" && <ProjectWorking {...phase} onCancel={onClose} />}
      {phase.kind === "saved" && <ProjectSavedView {...phase} />}
      {phase.kind === "opened" && <ProjectOpenedView {...phase} />}
      {phase.kind === "failed" && <Alert error={phase.error} />}
      {(phase.kind === "saved" || phase.kind === "opened" || phase.kind === "failed") && (
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            {phase.kind === "failed" ? "Close" : "Done"}
          </button>
        </div>
      )}
    </Modal>
  );
}

function titleOf(phase: Exclude<ProjectPhase, { kind: "closed" }>): string {
  switch (phase.kind) {
    case "choosing":
      return "Save the project";
    case "working":
      return phase.what === "save" ? "Saving the project" : `Opening ${phase.name}`;
    case "saved":
      return "The project is saved";
    case "opened":
      return `${phase.name} is opened`;
    case "failed":
      return phase.what === "save" ? "The project is not saved" : "The project is not opened";
    default:
      return phase satisfies never;
  }
}
