import { useBackend } from "@/state/backend";
import { useEvaluating } from "@/state/evaluating";
import { isTraining, useExperts } from "@/state/experts";
import { isActive, useRun } from "@/state/run";
import { useArchitectures, useContinual } from "@/state/studies";
import { isStudying } from "@/state/study";
import { useTabs, viewingReason } from "@/state/tabs";

export type StudyKind = "evaluation" | "continual" | "architectures";

/** Why no study of this kind can begin now, "" when one can. The engine does one thing at a time. */
export function useBusy(kind: StudyKind): string {
  const viewing = useTabs(viewingReason);
  const backend = useBackend((state) => state.phase);
  const isRunning = useRun(isActive);
  const isTrainingExperts = useExperts(isTraining);
  const going: Record<StudyKind, boolean> = {
    evaluation: useEvaluating(isStudying),
    continual: useContinual(isStudying),
    architectures: useArchitectures(isStudying),
  };
  if (viewing) return viewing;
  if (backend === "failed") return "The engine does not run.";
  if (backend === "starting") return "The engine is being prepared.";
  if (isRunning) return "A run goes on. Wait until it ends, or stop it.";
  if (isTrainingExperts) return "Experts are being trained. Wait until they are, or stop that.";
  const others = (Object.keys(going) as StudyKind[]).filter((other) => other !== kind && going[other]);
  return others.length > 0 ? `${NAMES[others[0]!]} goes on. Wait until it ends, or stop it.` : "";
}

const NAMES: Record<StudyKind, string> = {
  evaluation: "An evaluation",
  continual: "A continual learning study",
  architectures: "An architecture search",
};
