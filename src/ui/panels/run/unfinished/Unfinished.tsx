import { isActive, useRun } from "@/state/run";
import { useTabs, viewingReason } from "@/state/tabs";
import { useUnfinished } from "@/state/unfinished";
import { useJobs } from "@/state/unfinishedJobs";
import { Alert } from "../../../controls/Alert";
import { plural } from "../../../format";
import { UnfinishedJobRow } from "./UnfinishedJobRow";
import { UnfinishedRunRow } from "./UnfinishedRunRow";
import "./unfinished.css";

/** What an earlier visit left, each with its way on; out of sight while a run goes on, or in a tab that looks on. */
export function Unfinished() {
  const isGoing = useRun(isActive);
  const isViewing = useTabs(viewingReason) !== "";
  // the way on with a run that has just failed stands beside what it failed of
  const failedId = useRun(({ phase, runId }) => (phase === "failed" ? runId : null));
  const { list, error, dismissError } = useUnfinished();
  const jobs = useJobs();
  const runs = list.filter(({ id }) => id !== failedId);
  const [newest, ...others] = runs;
  if (isGoing || isViewing || (!error && !jobs.error && !newest && jobs.list.length === 0)) return null;
  return (
    <section className="unfinished" aria-label="Unfinished">
      {error && <Alert error={error} onDismiss={dismissError} />}
      {jobs.error && <Alert error={jobs.error} onDismiss={jobs.dismissError} />}
      {newest && <UnfinishedRunRow run={newest} isNext />}
      {jobs.list.map((job) => (
        <UnfinishedJobRow key={job.kind} job={job} />
      ))}
      {others.length > 0 && (
        <details className="fold">
          <summary>{plural(others.length, "more unfinished run")}</summary>
          <div className="unfinished-others">
            {others.map((run) => (
              <UnfinishedRunRow key={run.id} run={run} />
            ))}
          </div>
        </details>
      )}
    </section>
  );
}
