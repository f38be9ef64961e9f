import { useBackend } from "@/state/backend";

/** The way on after the engine has died. Shown only then. */
export function RenewEngine() {
  const phase = useBackend((state) => state.phase);
  const renew = useBackend((state) => state.renew);
  if (phase !== "failed") return null;
  return (
    <button type="button" className="button button-small" onClick={renew}>
      Renew the engine
    </button>
  );
}
