import { useBackend } from "@/state/backend";
import { useTabs, viewingReason } from "@/state/tabs";

/** The way on after the engine has died. Shown only then. */
export function RenewEngine() {
  const phase = useBackend((state) => state.phase);
  const renew = useBackend((state) => state.renew);
  const isViewer = useTabs(viewingReason) !== "";
  if (phase !== "failed" || isViewer) return null;
  return (
    <button type="button" className="button button-small" onClick={renew}>
      Renew the engine
    </button>
  );
}
