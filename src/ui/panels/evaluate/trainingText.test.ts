import { expect, it } from "vitest";
import type { EvaluationRow } from "@/shared/evaluating";
import { trainingText } from "./trainingText";

const text = (part: Partial<EvaluationRow>) =>
  trainingText({ labels: "hard", rates: [0.01, 0.01], rateSource: "protocol", ...part } as EvaluationRow);

it("says what labels and which learning rate networks were trained with", () => {
  expect(text({})).toBe("with hard labels, at the protocol's learning rate 0.01");
  expect(text({ rateSource: "learned", rates: [0.0123456], labels: "soft" })).toBe(
    "with soft labels, at the set's own learned rate 0.0123",
  );
  expect(text({ rateSource: "searched", rates: [0.05, 0.001] })).toBe(
    "with hard labels, each network at the best of the searched learning rates: 0.05, 0.001",
  );
});
