/** How the networks of a row were trained, where rows differ: labels and learning rate. */
import type { EvaluationRow } from "@/shared/evaluating";
import { formatNumber } from "../../format";

/** "with hard labels, at the protocol's learning rate 0.01" */
export function trainingText({ labels, rates, rateSource }: EvaluationRow): string {
  const each = rates.map((rate) => formatNumber(rate, 3)).join(", ");
  const one = formatNumber(rates[0], 3);
  switch (rateSource) {
    case "protocol":
      return `with ${labels} labels, at the protocol's learning rate ${one}`;
    case "learned":
      return `with ${labels} labels, at the set's own learned rate ${one}`;
    case "searched":
      return `with ${labels} labels, each network at the best of the searched learning rates: ${each}`;
    default:
      throw new Error(`trainingText(): unknown source ${String(rateSource satisfies never)}`);
  }
}
