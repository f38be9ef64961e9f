import type { ImportProgress } from "@/shared/importing";
import { useImporting, type ImportPhase } from "@/state/importing";
import { ProgressBar } from "../../controls/ProgressBar";
import { formatBytes, formatCount, formatDuration, formatNumber } from "../../format";

const PHASES: Record<ImportProgress["phase"], string> = {
  scanning: "Reading names and headers",
  downloading: "Downloading",
  decoding: "Decoding images",
  storing: "Storing",
  generating: "Drawing images",
};

/** An import on its way: what, how far, how fast, how long still, and the way out. */
export function ImportWorking({
  phase,
}: {
  phase: Extract<ImportPhase, { kind: "working" | "cancelling" }>;
}) {
  const cancel = useImporting((state) => state.cancel);
  const progress = phase.kind === "working" ? phase.progress : null;
  const title = phase.kind === "working" ? phase.title : "Cancelling";
  return (
    <div className="working" aria-busy="true">
      <p className="working-title ellipsis">{title}</p>
      <ProgressBar label={title} done={progress?.done ?? 0} total={progress?.total ?? 0} />
      <div className="figures quiet working-figures">
        <span>{progress ? PHASES[progress.phase] : "Preparing"}</span>
        <span>{progress && progress.eta !== null ? `${formatDuration(progress.eta)} left` : ""}</span>
        <span>{progress ? amount(progress) : ""}</span>
        <span>{progress && progress.perSecond > 0 ? speed(progress) : ""}</span>
      </div>
      <button
        type="button"
        className="button button-wide"
        disabled={phase.kind === "cancelling"}
        onClick={() => void cancel()}
      >
        Cancel
      </button>
    </div>
  );
}

function amount({ done, total, unit }: ImportProgress): string {
  const format = unit === "bytes" ? formatBytes : formatCount;
  const name = unit === "bytes" ? "" : ` ${unit}`;
  return total > 0 ? `${format(done)} of ${format(total)}${name}` : `${format(done)}${name}`;
}

const speed = ({ perSecond, unit }: ImportProgress): string =>
  unit === "bytes" ? `${formatBytes(perSecond)}/s` : `${formatNumber(perSecond, 3)} ${unit}/s`;
