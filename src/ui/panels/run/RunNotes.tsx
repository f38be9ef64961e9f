import { useRun } from "@/state/run";
import { Alert } from "../../controls/Alert";

/** What the person should know of the stored states of the run, while it goes on. */
export function RunNotes() {
  const warning = useRun((state) => state.warning);
  const note = useRun((state) => state.note);
  const dismissNote = useRun((state) => state.dismissNote);
  return (
    <>
      {note && <Alert kind="warning" error={note} onDismiss={dismissNote} />}
      {warning && <Alert kind="warning" error={warning} />}
    </>
  );
}
