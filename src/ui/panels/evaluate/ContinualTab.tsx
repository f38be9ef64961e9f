import { useState } from "react";
import type { PluginChoice } from "@/shared/experiment";
import { int } from "@/shared/params";
import { useEvaluationSetup } from "@/state/evaluationSetup";
import { useContinual } from "@/state/studies";
import { isStudying } from "@/state/study";
import { NumberControl } from "../../controls/NumberControl";
import { ContinualResults } from "./ContinualResults";
import { ProtocolSettings } from "./ProtocolSettings";
import { StudyLayout } from "./StudyLayout";
import { NetworkSelect, SnapshotSelect } from "./StudySetup";
import { useStudiedSet } from "./useStudiedSet";

const STEPS = 5;
const REPEATS = int("Repetitions", {
  help: "With other class orders and networks.",
  default: 2,
  min: 1,
  max: 10,
});

/** Classes come in five steps; after each, a network learns anew from the memory alone (GDumb). */
export function ContinualTab() {
  const study = useContinual();
  const candidates = useEvaluationSetup((state) => state.candidates);
  const studied = useStudiedSet("continual");
  const [chosen, setChosen] = useState<PluginChoice | null>(null);
  const [repeats, setRepeats] = useState(REPEATS.default);
  const isLocked = isStudying(study);
  const network = chosen ?? candidates[0];
  const hasFewClasses = studied.dataset !== null && studied.dataset.classNames.length < STEPS;
  const reason = studied.reason || (hasFewClasses ? `${STEPS} steps need at least ${STEPS} classes.` : "");
  const begin = () => {
    if (reason || !studied.request || !network) return;
    void study.start({ ...studied.request, steps: STEPS, repeats, network });
  };

  return (
    <StudyLayout
      name="the continual learning study"
      study={study}
      reason={reason}
      onStart={begin}
      choices={
        <>
          <p className="quiet">
            The classes come in {STEPS} steps. After each, a network is trained from the start on the memory
            of the classes seen so far, and tested on all of them: once with the set as memory, once with as
            many random real images.
          </p>
          <SnapshotSelect disabled={isLocked} />
          <NetworkSelect network={network ?? null} disabled={isLocked} onChange={setChosen} />
          <NumberControl param={REPEATS} value={repeats} disabled={isLocked} onChange={setRepeats} />
          <ProtocolSettings disabled={isLocked} isSmall />
        </>
      }
    >
      {study.update && study.update.memories.length > 0 ? (
        <ContinualResults update={study.update} />
      ) : (
        <p className="quiet study-empty">
          Accuracy over the classes seen so far appears here, with the set as memory and with random images.
        </p>
      )}
    </StudyLayout>
  );
}
