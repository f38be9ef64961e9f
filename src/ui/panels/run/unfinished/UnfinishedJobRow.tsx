import type { UnfinishedJob } from "@/shared/checkpoint";
import { useJobs } from "@/state/unfinishedJobs";
import { useEngineReason } from "../useStart";

const WORDS: Record<UnfinishedJob["kind"], { name: string; goOn: string; about: string }> = {
  experts: {
    name: "Training of experts",
    goOn: "Go on training experts",
    about: "It broke off. What is stored is not trained again.",
  },
  evaluation: {
    name: "Evaluation",
    goOn: "Go on evaluating",
    about: "It broke off. Networks that were tested are not trained again.",
  },
  continual: {
    name: "Continual learning",
    goOn: "Go on learning",
    about: "The study broke off. What was measured is not trained again.",
  },
  architectures: {
    name: "Architecture search",
    goOn: "Go on searching",
    about: "The study broke off. Networks that were tested are not trained again.",
  },
};

/** Something else that broke off, with its way on. */
export function UnfinishedJobRow({ job }: { job: UnfinishedJob }) {
  const goOn = useJobs((state) => state.goOn);
  const forget = useJobs((state) => state.forget);
  const reason = useEngineReason();
  const words = WORDS[job.kind];
  return (
    <div className="unfinished-row" role="group" aria-label={words.name}>
      <div className="unfinished-text">
        <p className="unfinished-name">{words.name}</p>
        <p className="quiet">{words.about}</p>
      </div>
      <div className="unfinished-buttons">
        <button
          type="button"
          className="button button-small"
          disabled={reason !== ""}
          title={reason || undefined}
          onClick={() => void goOn(job)}
        >
          {words.goOn}
        </button>
        <button
          type="button"
          className="button button-small"
          aria-label={`Dismiss: ${words.name}`}
          onClick={() => void forget(job.kind)}
        >
          Dismiss
        </button>
      </div>
    </div>
  );
}
