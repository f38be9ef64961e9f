import { learnsNothing, useRun } from "@/state/run";
import { Alert } from "../../controls/Alert";

const NOTHING_LEARNED = {
  name: "UserError",
  message:
    "Every update was skipped so far, because its loss was too large: the images are still the first ones.",
  hint: 'Raise "Largest loss that counts", or change the student\'s steps or learning rate.',
};

/** What the person should know of the run and its stored states, while it goes on. */
export function RunNotes() {
  const warning = useRun((state) => state.warning);
  const note = useRun((state) => state.note);
  const isIdle = useRun(learnsNothing);
  const dismissNote = useRun((state) => state.dismissNote);
  return (
    <>
      {note && <Alert kind="warning" error={note} onDismiss={dismissNote} />}
      {isIdle && <Alert kind="warning" error={NOTHING_LEARNED} />}
      {warning && <Alert kind="warning" error={warning} />}
    </>
  );
}
