import { describe, expect, it } from "vitest";
import { exponentOf, takeTurns, threeDigits, timingOf } from "./timing";

describe("timings", () => {
  it("are medians with quartiles", () => {
    expect(timingOf([5, 1, 4, 2, 3])).toEqual({ median: 3, low: 2, high: 4, turns: 5 });
    expect(timingOf([4, 1, 2, 3])).toEqual({ median: 2.5, low: 1.75, high: 3.25, turns: 4 });
    expect([0.01234, 1.234, 12.34, 1234.4].map(threeDigits)).toEqual(["0.012", "1.23", "12.3", "1234"]);
  });

  it("come from turns, of which the first do not count", async () => {
    const told: string[] = [];
    const contestant = (name: string) => () => Promise.resolve(told.push(name));
    const times = await takeTurns([contestant("a"), contestant("b")], { turns: 2, warmUp: 1 });
    expect(told.join("")).toBe("ababab");
    expect(times).toEqual([
      [3, 5],
      [4, 6],
    ]);
  });

  it("grow by an exponent", () => {
    const sizes = [1, 3, 10, 50];
    expect(
      exponentOf(
        sizes,
        sizes.map((size) => 7 * size ** 1.5),
      ),
    ).toBeCloseTo(1.5, 6);
  });
});
