import { memo } from "react";
import { useEvaluationSetup } from "@/state/evaluationSetup";
import { HintButton } from "../../controls/Hint";
import { SUBJECTS } from "./subjects";

/** What networks are trained on: the set itself, and what it is held against. */
export const SubjectBoxes = memo(function SubjectBoxes({ disabled }: { disabled: boolean }) {
  const subjects = useEvaluationSetup((state) => state.subjects);
  const tick = useEvaluationSetup((state) => state.tickSubject);
  return (
    <fieldset className="choices" aria-label="Train on" disabled={disabled}>
      <legend>Train on</legend>
      <div className="choices-grid">
        {SUBJECTS.map(({ id, label, about }) => (
          <span key={id} className="row choice-hint">
            <label className="box">
              <input
                type="checkbox"
                checked={subjects.includes(id)}
                onChange={(event) => tick(id, event.target.checked)}
              />
              {label}
            </label>
            <HintButton about={label} text={about} />
          </span>
        ))}
      </div>
    </fieldset>
  );
});
