import type { ErrorInfo } from "@/shared/errors";
import type { StorageEvent } from "@/shared/storage";
import { useStorage } from "@/state/storage";
import { Alert } from "./controls/Alert";

const EVENTS: Record<StorageEvent, ErrorInfo> = {
  superseded: {
    name: "",
    message: "A newer version of the studio is open in another tab: reload this one.",
    hint: "Nothing is lost. A run here goes on in memory; export its result before you reload, as it can no longer be stored.",
  },
  cleared: {
    name: "",
    message: "The studio's storage was cleared, from another tab or in the browser's settings.",
    hint: "The lists show what there is now. A run here goes on in memory and can be exported.",
  },
};

/** What the person should know of storage before going on: that there is none, or that it was taken away. */
export function StorageBanner() {
  const place = useStorage((state) => state.place);
  const problem = useStorage((state) => state.problem);
  const event = useStorage((state) => state.event);
  const dismissEvent = useStorage((state) => state.dismissEvent);
  return (
    <>
      {place === "memory" && problem && (
        <Alert
          kind="warning"
          error={{
            name: "",
            message:
              "Nothing is stored: the studio works in memory only, and all is gone when this page closes.",
            hint: "Everything works. Export what you want to keep.",
          }}
        >
          <p>
            {problem.message} {problem.hint}
          </p>
        </Alert>
      )}
      {event && (
        <Alert
          kind="warning"
          error={EVENTS[event]}
          {...(event === "cleared" && { onDismiss: dismissEvent })}
        />
      )}
    </>
  );
}
