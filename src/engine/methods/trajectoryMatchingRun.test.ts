import { describe, expect, it } from "vitest";
import { Random } from "@/shared/random";
import { studentBatches } from "./trajectoryMatchingRun";

describe("the batches of a student", () => {
  it("cover the set once before they start again, the smaller rest first", () => {
    const batches = studentBatches(7, 3, 7, new Random(1)).map((rows) => Array.from(rows!));
    expect(batches.map((rows) => rows.length)).toEqual([1, 3, 3, 1, 3, 3, 1]);
    for (const round of [batches.slice(0, 3), batches.slice(3, 6)])
      expect(round.flat().sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(batches.slice(0, 3)).not.toEqual(batches.slice(3, 6));
  });

  it.each([0, 7, 100])("are the whole set for a batch of %d of 7", (batch) => {
    expect(studentBatches(7, batch, 2, new Random(1))).toEqual([null, null]);
  });
});
