import { useRun } from "@/state/run";
import { useUnfinished } from "@/state/unfinished";
import { formatCount } from "../../format";
import { ResumeButtons } from "./unfinished/ResumeButtons";

/** The way on with the run that has just failed: from its last good state. */
export function GoOn() {
  const failedId = useRun(({ phase, runId }) => (phase === "failed" ? runId : null));
  const run = useUnfinished(({ list }) => list.find(({ id }) => id === failedId));
  if (!run) return null;
  return (
    <div className="go-on">
      <p>Its last good state, iteration {formatCount(run.iteration)}, is stored.</p>
      <ResumeButtons run={run} of={`the failed run on ${run.datasetName}`} isNext />
    </div>
  );
}
