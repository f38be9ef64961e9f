import type { ReactNode } from "react";
import type { ErrorInfo } from "@/shared/errors";
import { CrossIcon, WarningIcon } from "./Icons";

interface Props {
  error: ErrorInfo;
  kind?: "error" | "warning";
  onDismiss?: () => void;
  children?: ReactNode;
}

/** What happened and where, and below it what to do. */
export function Alert({ error, kind = "error", onDismiss, children }: Props) {
  return (
    <div className={`alert alert-${kind}`} role="alert">
      <WarningIcon />
      <div className="alert-text">
        <p className="alert-what">{error.message}</p>
        {error.hint && <p>{error.hint}</p>}
        {children}
      </div>
      {onDismiss && (
        <button type="button" className="button button-icon" aria-label="Dismiss" onClick={onDismiss}>
          <CrossIcon />
        </button>
      )}
    </div>
  );
}
