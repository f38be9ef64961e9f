import { dismissFault, showFault, type Crash } from "@/state/crash";
import { Alert } from "./controls/Alert";
import "./crash.css";

/** Something failed that nobody caught, while the page still works: said, not hidden. */
export function FaultNotice({ fault }: { fault: Crash }) {
  const info = {
    name: fault.error.name,
    message: `Something failed that should not have: ${fault.error.message}`,
    hint: "The page may go on as before. When it does not, its details have a reload and a way to take everything home.",
  };
  return (
    <div className="fault">
      <Alert error={info} onDismiss={dismissFault}>
        <button type="button" className="button button-small" onClick={showFault}>
          Details
        </button>
      </Alert>
    </div>
  );
}
