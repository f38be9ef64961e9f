import { useBackend } from "@/state/backend";
import { MOST_TRIES, useRecovery } from "@/state/recovery";
import { Alert } from "../../controls/Alert";

/** What happens after the graphics device was lost, and the ways on once nothing happens by itself. */
export function RecoveryNotice() {
  const phase = useRecovery((state) => state.phase);
  const tries = useRecovery((state) => state.tries);
  const backend = useBackend((state) => state.info?.id);
  const { goOn, leave } = useRecovery.getState();

  if (phase === "well") return null;
  if (phase === "recovering")
    return (
      <div className="recovery" role="status">
        <p>
          The graphics device was lost. A new one is being taken, and the work goes on from its newest stored
          state (try {tries} of {MOST_TRIES}).
        </p>
        <button type="button" className="button button-small" onClick={leave}>
          Leave it
        </button>
      </div>
    );
  const error =
    phase === "stuck"
      ? {
          message: "The graphics device was lost and did not come back.",
          hint: "Everything up to the newest stored state is kept. Try again, go on with WebAssembly (slower; the images then differ a little from those of an undisturbed run), or resume the run another day.",
        }
      : {
          message: `The graphics device was lost ${MOST_TRIES + 1} times in a row.`,
          hint: "The work has stopped; everything up to the newest stored state is kept. Fewer real images per class, fewer images per class or a narrower network ask less of the device. Other programs that use the graphics card may be the cause too.",
        };
  return (
    <Alert error={{ name: "UserError", ...error }}>
      <div className="recovery-ways">
        <button type="button" className="button button-small" onClick={() => void goOn("webgpu")}>
          Try again
        </button>
        {(phase === "gaveUp" || backend !== "wasm") && (
          <button type="button" className="button button-small" onClick={() => void goOn("wasm")}>
            Go on with WebAssembly
          </button>
        )}
        <button type="button" className="button button-small" onClick={leave}>
          Leave it
        </button>
      </div>
    </Alert>
  );
}
