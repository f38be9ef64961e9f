import type { RunChanges, UnfinishedRun } from "@/shared/checkpoint";
import { useExperiment } from "@/state/experiment";
import { halfRate, useUnfinished } from "@/state/unfinished";
import { formatNumber } from "../../../format";
import { useEngineReason } from "../useStart";

interface Props {
  run: UnfinishedRun;
  /** Whose: "DM on Shapes-10". */
  of: string;
  /** It is the next thing to do. */
  isNext: boolean;
}

/** The ways on with an unfinished run; one that diverged goes on at half its rate. */
export function ResumeButtons({ run, of, isNext }: Props) {
  const resume = useUnfinished((state) => state.resume);
  const imageLr = useExperiment((state) => state.catalog?.run["imageLr"]);
  const reason = useEngineReason();
  const hasDiverged = run.error?.kind === "diverged";
  const changes = halfRate(run, imageLr && "min" in imageLr ? imageLr.min : 0);
  const button = (label: string, isMain: boolean, changed?: RunChanges) => (
    <button
      type="button"
      className={`button button-small ${isMain ? "button-next" : ""}`}
      aria-label={`${label}: ${of}`}
      disabled={reason !== ""}
      title={reason || undefined}
      onClick={() => void resume(run, changed)}
    >
      {label}
    </button>
  );
  return (
    <>
      {hasDiverged && button(`Go on at half the rate (${formatNumber(changes.imageLr)})`, isNext, changes)}
      {button("Resume", isNext && !hasDiverged)}
    </>
  );
}
