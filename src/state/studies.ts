/** Two uses of a synthetic set that the papers show: continual learning and architecture search. */
import type {
  ArchitectureRequest,
  ArchitectureUpdate,
  ContinualRequest,
  ContinualUpdate,
} from "@/shared/evaluating";
import { commands } from "./commands";
import { createStudy } from "./study";

export const useContinual = createStudy<ContinualRequest, ContinualUpdate>({
  name: "The continual learning study",
  begin: (request, onUpdate) => commands().engine.studyContinual(request, onUpdate),
});

export const useArchitectures = createStudy<ArchitectureRequest, ArchitectureUpdate>({
  name: "The architecture search",
  begin: (request, onUpdate) => commands().engine.studyArchitectures(request, onUpdate),
});
