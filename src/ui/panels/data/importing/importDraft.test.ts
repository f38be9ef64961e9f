import { describe, expect, it } from "vitest";
import type { DatasetInfo } from "@/shared/dataset";
import type { ImportPlan } from "@/shared/importing";
import { balanceOf, choicesOf, draftProblem, newDraft, withTarget } from "./importDraft";

const plan: ImportPlan = {
  readerId: "idx",
  readerLabel: "IDX",
  name: "more digits",
  classNames: ["0", "1", "2"],
  counts: { train: [100, 50, 10], test: [0, 0, 0] },
  sizes: [{ width: 28, height: 28, count: 1 }],
  sampled: 1,
  channels: 1,
  size: { width: 28, height: 28 },
  hasTestSplit: false,
  labellings: [],
  notes: [],
};
const pets = {
  id: "p",
  name: "pets",
  classNames: ["cat", "dog", "owl"],
  shape: { width: 32, height: 32, channels: 3 },
} as DatasetInfo;

describe("the draft of an import", () => {
  it("means what the files propose until something is changed", () => {
    expect(choicesOf(plan, newDraft(plan))).toEqual({
      name: "more digits",
      size: { width: 28, height: 28 },
      channels: 1,
      testShare: 0.2,
      seed: 1,
    });
    expect(balanceOf(plan, newDraft(plan)).counts).toEqual({ train: [80, 40, 8], test: [20, 10, 2] });
  });

  it("counts as the import does: left out, put together, limited", () => {
    const draft = newDraft(plan);
    const classes = [
      { name: "0", isKept: false },
      { name: "few", isKept: true },
      { name: "few ", isKept: true },
    ];
    expect(balanceOf(plan, { ...draft, classes })).toMatchObject({
      classNames: ["few"],
      counts: { train: [48], test: [12] },
    });
    expect(draftProblem(plan, { ...draft, classes })).toBe("A new dataset needs two classes at least.");
    expect(draftProblem(plan, { ...draft, classes, target: pets })).toBe("");
    const limited = { ...draft, most: { train: 30, test: null } };
    expect(balanceOf(plan, limited).counts).toEqual({ train: [30, 30, 8], test: [20, 10, 2] });
    expect(draftProblem(plan, { ...draft, most: { train: 0, test: null } })).toContain("from 1 on");
  });

  it("adds with the size, the colour and, for bare numbers, the names of the dataset", () => {
    const draft = withTarget(plan, newDraft(plan), pets, [pets]);
    expect(draft.name).toBe("pets 2");
    expect(choicesOf(plan, draft)).toMatchObject({
      addTo: "p",
      size: { width: 32, height: 32 },
      channels: 3,
      classes: ["cat", "dog", "owl"],
    });
    expect(balanceOf(plan, draft).classNames).toEqual(pets.classNames);
    expect(withTarget(plan, draft, null, [pets])).toEqual(newDraft(plan));
  });
});
