/** A typed value → a checked setting. */
import { paramProblem, type Param, type ParamValue } from "@/shared/params";
import { valueText } from "@/shared/paramText";
import type { TypedValue } from "./commandLine";
import { CliError, EXIT } from "./exitCodes";

const ON = ["on", "true", "yes", "1"];
const OFF = ["off", "false", "no", "0"];

/** @throws CliError that names the flag, the range and what it was */
export function settingValue(name: string, param: Param, typed: TypedValue): ParamValue {
  const value = valueOf(param, typed);
  const problem = paramProblem(param, value);
  if (problem)
    throw new CliError(
      EXIT.usage,
      `--${name}: ${problem} It was "${typed}".`,
      param.help ? `${param.help} The default is ${valueText(param.default)}.` : "",
    );
  return value as ParamValue;
}

/** The typed text as the kind of value that the declaration wants; as it is where it is none. */
function valueOf(param: Param, typed: TypedValue): unknown {
  if (typeof typed === "boolean") return typed;
  switch (param.kind) {
    case "int":
    case "float":
      return typed.trim() === "" ? NaN : Number(typed);
    case "flag":
      return ON.includes(typed) ? true : OFF.includes(typed) ? false : typed;
    case "choice":
    case "keptSet":
      return typed;
    case "subset":
      return inOrder(param.options, typed === "none" ? "" : typed);
    default:
      throw new Error(`valueOf(): unknown kind ${(param satisfies never as Param).kind}`);
  }
}

/** Subsets are kept in the order of their options; one that is unknown stays, to be named in the message. */
function inOrder(options: readonly { value: string }[], typed: string): string {
  const ids = typed.split(/[_,]/).filter((id) => id !== "");
  const known = options.map(({ value }) => value).filter((value) => ids.includes(value));
  return [...known, ...ids.filter((id) => !known.includes(id))].join("_");
}
