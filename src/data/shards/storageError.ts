import { UserError } from "@/shared/errors";

const NO_ROOM = "Delete a dataset or stored experts, free some disk space, or choose a smaller image size.";

/**
 * What the browser's storage threw, as a sentence when it is something the person can mend.
 * @param noRoom what to do when the storage is full
 */
export function storageError(error: unknown, noRoom = NO_ROOM): unknown {
  if (!(error instanceof Error)) return error;
  switch (error.name) {
    case "QuotaExceededError":
      return new UserError("The browser's storage for this page is full.", noRoom);
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
