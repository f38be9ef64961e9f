import { useState } from "react";
import { errorInfo, type ErrorInfo } from "@/shared/errors";
import type { ProjectProgress, ProjectWritten } from "@/shared/project";
import { rescueEverything } from "@/state/crash";
import { download } from "@/state/exporting";
import { Alert } from "./controls/Alert";
import { ProgressBar } from "./controls/ProgressBar";
import { formatBytes } from "./format";

type Phase =
  | { kind: "idle" }
  | { kind: "working"; progress: ProjectProgress | null }
  | { kind: "done"; written: ProjectWritten }
  | { kind: "failed"; error: ErrorInfo };

/** Takes everything that is stored home as one file that any studio opens. */
export function Rescue() {
  const [isWhole, setIsWhole] = useState(false);
  const [phase, setPhase] = useState<Phase>({ kind: "idle" });

  const rescue = async () => {
    setPhase({ kind: "working", progress: null });
    try {
      const written = await rescueEverything({ images: isWhole, experts: isWhole }, (progress) =>
        setPhase({ kind: "working", progress }),
      );
      if (written.blob) download(written.blob, written.name);
      setPhase({ kind: "done", written });
    } catch (error) {
      setPhase({ kind: "failed", error: errorInfo(error) });
    }
  };
  const progress = phase.kind === "working" ? phase.progress : null;

  return (
    <section className="rescue" aria-labelledby="rescue-title">
      <h2 id="rescue-title">Take everything home</h2>
      <p>
        One project file with what is known of every dataset, all kept sets, scores and unfinished runs. If
        the page breaks again and again, save it, clear this page’s data in the settings of the browser, and
        open the file here.
      </p>
      <label className="box">
        <input
          type="checkbox"
          checked={isWhole}
          disabled={phase.kind === "working"}
          onChange={(event) => setIsWhole(event.target.checked)}
        />
        With the images of the datasets and the experts
      </label>
      <div className="row">
        <button
          type="button"
          className="button"
          disabled={phase.kind === "working"}
          onClick={() => void rescue()}
        >
          Download everything
        </button>
      </div>
      {phase.kind === "working" && (
        <ProgressBar label="Writing the file" done={progress?.done ?? 0} total={progress?.total ?? 0} />
      )}
      {phase.kind === "failed" && <Alert error={phase.error} />}
      <div aria-live="polite">
        {phase.kind === "done" && (
          <>
            <p>
              {phase.written.name}, {formatBytes(phase.written.bytes)}, is in your downloads.
            </p>
            {phase.written.leftOut.map(({ what, why }, index) => (
              <p key={index}>
                Not in it, as it is damaged here: {what} ({why}).
              </p>
            ))}
          </>
        )}
      </div>
    </section>
  );
}
