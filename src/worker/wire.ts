/** Commands across a worker or a port as plain promises, errors with their hints. */
import * as Comlink from "comlink";
import "./errorTransfer";

type Call = (...args: unknown[]) => Promise<unknown>;

/**
 * The methods of what the other side exposed. Functions among the arguments are called back, ports are handed over.
 * @param remote what `Comlink.wrap` gave, or a part of it
 */
export function callsTo<C extends object>(remote: unknown): C {
  const methods = remote as Record<string, Call>;
  return new Proxy({} as C, {
    get: (_, name) =>
      // a Comlink client is no promise: awaiting it must not call a command "then"
      typeof name !== "string" || name === "then"
        ? undefined
        : (...args: unknown[]) => methods[name]!(...args.map(forTheWire)),
  });
}

function forTheWire(value: unknown): unknown {
  if (typeof value === "function") return Comlink.proxy(value as (...args: unknown[]) => unknown);
  return value instanceof MessagePort ? Comlink.transfer(value, [value]) : value;
}
