import { useState } from "react";
import type { UnfinishedRun } from "@/shared/checkpoint";
import { useExperiment } from "@/state/experiment";
import { useUnfinished } from "@/state/unfinished";
import { DeleteDialog } from "../../../controls/DeleteDialog";
import { formatAgo, formatBytes, formatCount } from "../../../format";
import { methodLabel } from "../../../runNames";
import { ResumeButtons } from "./ResumeButtons";
import { useNow } from "./useNow";

/** One unfinished run: what it is, how far it came, and when. */
export function UnfinishedRunRow({ run, isNext = false }: { run: UnfinishedRun; isNext?: boolean }) {
  const catalog = useExperiment((state) => state.catalog);
  const discard = useUnfinished((state) => state.discard);
  const [isLeaving, setIsLeaving] = useState(false);
  const now = useNow();
  const { iteration, iterations, savedAt, bytes, error } = run;
  const name = `${methodLabel(catalog, run.config.method.id)} on ${run.datasetName}`;
  const place =
    iteration > 0
      ? `iteration ${formatCount(iteration)} of ${formatCount(iterations)}`
      : `${formatCount(iterations)} iterations, not yet stored: it begins anew`;
  return (
    <div className="unfinished-row" role="group" aria-label={`${name}, ${place}`}>
      <div className="unfinished-text">
        <p className="unfinished-name">{name}</p>
        <p className="quiet figures">
          {place} · {formatAgo(now - savedAt)}
        </p>
        {error && <p className="quiet">{error.message}</p>}
      </div>
      <div className="unfinished-buttons">
        <ResumeButtons run={run} of={name} isNext={isNext} />
        <button
          type="button"
          className="button button-small"
          aria-label={`Discard ${name}, ${place}`}
          onClick={() => setIsLeaving(true)}
        >
          Discard
        </button>
      </div>
      {isLeaving && (
        <DeleteDialog
          title="Discard this run?"
          about={`${name}, ${place}: its stored state, ${formatBytes(bytes)}, is removed from this browser, and it cannot go on any more. Sets that were kept of it are not touched.`}
          onDelete={() => void discard(run.id)}
          onClose={() => setIsLeaving(false)}
        />
      )}
    </div>
  );
}
