import { describe, expect, it } from "vitest";
import { neededEpochs, type TrajectoryParams } from "../trajectories/expertPlan";
import { checkWindow, upperStart } from "./startWindow";

const rising = { minStartEpoch: 0, firstUpper: 10, maxStartEpoch: 20, expansionEnd: 1000 };

describe("the window of start epochs", () => {
  it("rises evenly in whole epochs and stays at its end", () => {
    const uppers = [0, 99, 100, 999, 1000, 5000].map((iteration) => upperStart(rising, iteration));
    expect(uppers).toEqual([10, 10, 11, 19, 20, 20]);
    expect(upperStart({ ...rising, expansionEnd: 0 }, 0)).toBe(20);
  });

  it.each([
    [{ minStartEpoch: 20 }, '"First start epoch" is 20, and "Start epochs" end below 20'],
    [{ minStartEpoch: 10 }, '"Start epochs at the beginning" is 10, outside of 11 to 20'],
    [{ firstUpper: 21 }, '"Start epochs at the beginning" is 21, outside of 1 to 20'],
  ])("is refused where no epoch is in it: %o", (change, message) => {
    expect(() => checkWindow({ ...rising, ...change })).toThrow(message);
  });

  it("is fixed without widening, whatever its bound at the beginning", () => {
    expect(() => checkWindow({ ...rising, firstUpper: 90, expansionEnd: 0 })).not.toThrow();
  });

  it("needs the experts' weights in it, at what is matched, and at the end, and no others", () => {
    const params = { minStartEpoch: 3, maxStartEpoch: 5, expertEpochs: 4, trainedEpochs: 12 };
    expect(neededEpochs(params as TrajectoryParams)).toEqual([3, 4, 7, 8, 12]);
  });
});
