/**
 * Lets a `UserError` cross the worker with its hint: Comlink's own handler keeps only name, message and stack.
 * Imported for its effect by both sides of the wire.
 */
import * as Comlink from "comlink";
import { errorInfo, UserError, type ErrorInfo } from "@/shared/errors";

const stock = Comlink.transferHandlers.get("throw");
if (!stock) throw new Error("errorTransfer: Comlink has no handler named throw");

/** The error that plain data stands for. */
export function errorFrom(info: ErrorInfo): Error {
  if (info.name === "UserError") return new UserError(info.message, info.hint, info.kind);
  return Object.assign(new Error(info.message), { name: info.name });
}

Comlink.transferHandlers.set("throw", {
  canHandle: (value): value is { value: unknown } => stock.canHandle(value),
  serialize: (thrown: { value: unknown }) => [errorInfo(thrown.value), []],
  deserialize: (info: ErrorInfo): never => {
    throw errorFrom(info);
  },
});
