import type { ReactNode } from "react";
import type { ErrorInfo } from "@/shared/errors";
import type { RunPhase } from "@/shared/run";
import { StudyControls, type StudyControlsProps } from "./StudyControls";

interface Props {
  /** "the evaluation" */
  name: string;
  /** The store of this kind of study. */
  study: {
    phase: RunPhase;
    update: StudyControlsProps["progress"];
    error: ErrorInfo | null;
    pause: () => Promise<void>;
    resume: () => Promise<void>;
    stop: () => Promise<void>;
  };
  /** Why it cannot begin, "" when it can. */
  reason: string;
  onStart: () => void;
  choices: ReactNode;
  /** What came out. */
  children: ReactNode;
}

/** A tab of the dialog: what is chosen, how far it is, what came out. */
export function StudyLayout({ name, study, reason, onStart, choices, children }: Props) {
  const { phase, update, error, pause, resume, stop } = study;
  return (
    <div className="study" data-phase={phase}>
      <div className="study-setup" tabIndex={0} role="group" aria-label="Choices">
        {choices}
      </div>
      <div className="study-main">
        <StudyControls
          name={name}
          phase={phase}
          progress={update}
          error={error}
          reason={reason}
          onStart={onStart}
          onPause={() => void pause()}
          onResume={() => void resume()}
          onStop={() => void stop()}
        />
        <div className="study-results" tabIndex={0} role="group" aria-label="What came out">
          {children}
        </div>
      </div>
    </div>
  );
}
