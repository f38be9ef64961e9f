/** A plug-in and its first settings in a few words: "ConvNet · 128 · 3". */
import type { ParamRecord } from "@/shared/params";
import type { PluginInfo } from "@/shared/plugin";
import { formatNumber } from "../../format";

const MOST = 3; // settings that fit on the line

export function summaryOf({ label, params }: PluginInfo, values: ParamRecord): string {
  const numbers = Object.entries(params).flatMap(([key, param]) => {
    const value = values[key];
    const isNumber = (param.kind === "int" || param.kind === "float") && typeof value === "number";
    return isNumber && !param.advanced ? [formatNumber(value)] : [];
  });
  return [label, ...numbers.slice(0, MOST)].join(" · ");
}
