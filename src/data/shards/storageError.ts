import { UserError } from "@/shared/errors";

const NO_ROOM = "Delete a dataset or stored experts, free some disk space, or choose a smaller image size.";

/** True for the error of a storage that has no more room. */
export const isFull = (error: unknown): boolean =>
  error instanceof Error && error.name === "QuotaExceededError";

/**
 * What the browser's storage threw, as a sentence when it is something the person can mend.
 * @param noRoom what to do when the storage is full
 */
export function storageError(error: unknown, noRoom = NO_ROOM): unknown {
  if (isFull(error))
    return new UserError("The browser's storage for this page is full.", noRoom, "storageFull");
  if (!(error instanceof Error)) return error;
  switch (error.name) {
    case "VersionError":
      return new UserError(
        "The stored datasets were written by a newer version of the studio.",
        "Reload the page to get that version.",
      );
    case "ReferenceError": // there is no indexedDB at all
    case "InvalidStateError":
    case "SecurityError":
    case "UnknownError":
      return new UserError(
        `The browser's storage cannot be used: ${error.message}`,
        "Private windows and blocked site data switch it off; else close other tabs of the studio and reload.",
        "storageOff",
      );
    default:
      return error;
  }
}
