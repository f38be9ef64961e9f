import { UserError } from "@/shared/errors";

/** What the browser's storage threw, as a sentence when it is something the person can mend. */
export function storageError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  switch (error.name) {
    case "QuotaExceededError":
      return new UserError(
        "The browser's storage for this page is full.",
        "Delete a dataset, free some disk space, or choose a smaller image size.",
      );
    case "VersionError":
      return new UserError(
        "The stored datasets were written by a newer version of the studio.",
        "Reload the page to get that version.",
      );
    case "InvalidStateError":
    case "SecurityError":
    case "UnknownError":
      return new UserError(
        `The browser's storage cannot be used: ${error.message}`,
        "Private windows and blocked site data switch it off; else close other tabs of the studio and reload.",
      );
    default:
      return error;
  }
}
