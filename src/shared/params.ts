/**
 * Settings are declared once, as plain data, in the file that uses them. From a declaration come its
 * type (`ParamValues`), its check (`parseParams`), its control on the page, its command-line flag and its
 * row in the docs. Being data, it crosses the worker inside the catalog.
 */
import { UserError } from "./errors";

export type ParamValue = number | string | boolean;
export type ParamRecord = Record<string, ParamValue>;

interface ParamBase {
  /** The control's accessible name: "Image learning rate". */
  label: string;
  /** One sentence for the person, shown beside the control. */
  help?: string;
  /** The paper's symbol, if it has one: "η". */
  symbol?: string;
  /** Shown only while another parameter of the same record has one of these values. */
  when?: { param: string; is: ParamValue[] };
  /** Hidden behind "Advanced" on the page. */
  advanced?: boolean;
}

export interface NumberParam extends ParamBase {
  kind: "int" | "float";
  default: number;
  min: number;
  max: number;
  /** What the page proposes on a device without a GPU, where the default would take too long. */
  slowDefault?: number;
  /** The slider moves on a logarithmic scale. */
  log?: boolean;
  unit?: string;
}

export interface ChoiceParam<V extends string = string> extends ParamBase {
  kind: "choice";
  default: V;
  options: readonly { value: V; label: string }[];
}

export interface FlagParam extends ParamBase {
  kind: "flag";
  default: boolean;
}

/** Several of `options`, kept as their ids joined by "_" in the order of `options` ("" for none). */
export interface SubsetParam extends ParamBase {
  kind: "subset";
  default: string;
  options: readonly { value: string; label: string }[];
}

/** A kept synthetic set, by its id; "" for none. */
export interface KeptSetParam extends ParamBase {
  kind: "keptSet";
  default: "";
}

export type Param = NumberParam | ChoiceParam | FlagParam | SubsetParam | KeptSetParam;
export type Params = Record<string, Param>;

/** The values that a declaration stands for. */
export type ParamValues<P extends Params> = {
  [K in keyof P]: P[K] extends NumberParam
    ? number
    : P[K] extends FlagParam
      ? boolean
      : P[K] extends ChoiceParam<infer V>
        ? V
        : string;
};

type Rest<P extends Param> = Omit<P, "kind" | "label">;

/** A whole number in [min, max]. */
export const int = (label: string, rest: Rest<NumberParam>): NumberParam => ({ kind: "int", label, ...rest });
/** A real number in [min, max]. */
export const float = (label: string, rest: Rest<NumberParam>): NumberParam => ({
  kind: "float",
  label,
  ...rest,
});
/** One of several named options. */
export const choice = <const V extends string>(
  label: string,
  rest: Rest<ChoiceParam<V>>,
): ChoiceParam<V> => ({
  kind: "choice",
  label,
  ...rest,
});
/** On or off. */
export const flag = (label: string, rest: Rest<FlagParam>): FlagParam => ({ kind: "flag", label, ...rest });
/** Any number of the options, joined by "_". */
export const subset = (label: string, rest: Rest<SubsetParam>): SubsetParam => ({
  kind: "subset",
  label,
  ...rest,
});

/** One of the synthetic sets that are kept. */
export const keptSet = (label: string, rest: Omit<Rest<KeptSetParam>, "default">): KeptSetParam => ({
  kind: "keptSet",
  label,
  default: "",
  ...rest,
});

/** What is wrong with a value, as a sentence that starts with the parameter's label; "" when it is fine. */
export function paramProblem(param: Param, value: unknown): string {
  switch (param.kind) {
    case "int":
    case "float": {
      const range = `between ${param.min} and ${param.max}`;
      if (typeof value !== "number" || !Number.isFinite(value))
        return `${param.label} must be a number ${range}.`;
      if (param.kind === "int" && !Number.isInteger(value))
        return `${param.label} must be a whole number ${range}.`;
      if (value < param.min || value > param.max) return `${param.label} must be ${range}.`;
      return "";
    }
    case "flag":
      return typeof value === "boolean" ? "" : `${param.label} must be on or off.`;
    case "choice":
      return param.options.some((option) => option.value === value)
        ? ""
        : `${param.label} must be one of ${param.options.map((option) => option.value).join(", ")}.`;
    case "subset": {
      if (typeof value !== "string") return `${param.label} must be option names joined by "_".`;
      const unknown = value.split("_").find((id) => id !== "" && !param.options.some((o) => o.value === id));
      return unknown === undefined ? "" : `${param.label} has no option "${unknown}".`;
    }
    case "keptSet":
      return typeof value === "string" && /^([0-9a-f]{64})?$/.test(value)
        ? ""
        : `${param.label} must be the id of a kept set.`;
    default:
      throw new Error(`paramProblem(): unknown kind ${(param satisfies never as Param).kind}`);
  }
}

/** The declaration as a device without a GPU gets it: the same settings, with defaults that it can bear. */
export function forSlowDevice(params: Params): Params {
  return Object.fromEntries(
    Object.entries(params).map(([key, param]) => [
      key,
      "slowDefault" in param && param.slowDefault !== undefined
        ? { ...param, default: param.slowDefault }
        : param,
    ]),
  );
}

/** The values a declaration starts with. */
export function defaultsOf<P extends Params>(params: P): ParamValues<P> {
  return Object.fromEntries(
    Object.entries(params).map(([key, param]) => [key, param.default]),
  ) as ParamValues<P>;
}

/**
 * Checks a record against its declaration and fills in defaults.
 * @throws UserError that names the first setting that is wrong or unknown
 */
export function parseParams<P extends Params>(params: P, raw: ParamRecord): ParamValues<P> {
  const values: ParamRecord = defaultsOf(params);
  for (const [key, value] of Object.entries(raw)) {
    const param = params[key];
    if (!param)
      throw new UserError(`There is no setting "${key}".`, `Known: ${Object.keys(params).join(", ")}.`);
    const problem = paramProblem(param, value);
    if (problem) throw new UserError(problem, `It was ${String(value)}.`);
    values[key] = value;
  }
  return values as ParamValues<P>;
}
