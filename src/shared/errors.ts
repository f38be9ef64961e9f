import { plainText } from "./plainText";

/** A message may quote a name that is as long as the file that it comes from. */
const MOST_LETTERS = 1000;

/**
 * An error the person can mend: `message` says what happened and where, `hint` what to do about it.
 * Both are plain text and cross the worker; anything else that is thrown is a programmer's mistake.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly hint: string;

  /** @param kind where the studio itself acts on it, beside showing it */
  constructor(
    message: string,
    hint = "",
    readonly kind?: ErrorKind,
  ) {
    super(plainText(message, MOST_LETTERS));
    this.hint = plainText(hint, MOST_LETTERS);
  }
}

/** The run left the numbers; the device went away; its memory is full; the browser stores nothing, or no more. */
export type ErrorKind = "diverged" | "deviceLost" | "outOfMemory" | "storageOff" | "storageFull";

/** An error as plain data, so that name, message and hint survive `structuredClone`. */
export interface ErrorInfo {
  name: string;
  message: string;
  hint: string;
  kind?: ErrorKind;
}

/** Turns anything thrown into plain data. */
export function errorInfo(error: unknown): ErrorInfo {
  if (error instanceof UserError) {
    const { name, message, hint, kind } = error;
    return { name, message, hint, ...(kind && { kind }) };
  }
  if (error instanceof Error) return { name: error.name, message: error.message, hint: "" };
  return { name: "Error", message: String(error), hint: "" };
}

/** True for the error that an aborted `AbortSignal` throws. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
