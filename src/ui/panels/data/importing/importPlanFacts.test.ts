import { expect, it } from "vitest";
import { sizeOptions, sizesText } from "./importPlanFacts";

const size = (width: number, height: number, count = 1) => ({ width, height, count });

it("proposes what was found and usual smaller sizes, each once", () => {
  const values = sizeOptions({ sizes: [size(64, 64), size(100, 80)], size: { width: 64, height: 64 } });
  expect(values.map(({ value }) => value)).toEqual(["64x64", "100x80", "28x28", "32x32"]);
});

it("leaves out sizes that are too large to distil", () => {
  const values = sizeOptions({ sizes: [size(4000, 3000)], size: { width: 64, height: 64 } });
  expect(values.map(({ value }) => value)).toEqual(["64x64", "28x28", "32x32", "96x96", "128x128"]);
});

it("says which sizes were seen", () => {
  expect(sizesText({ sizes: [size(32, 32, 9), size(40, 30)], sampled: 10 }).replaceAll("\u00a0", " ")).toBe(
    "32 × 32 (9), 40 × 30 (1), in 10 images looked at",
  );
  const five = [1, 2, 3, 4, 5].map((side) => size(side, side));
  expect(sizesText({ sizes: five, sampled: 5 })).toContain("and 2 more sizes");
});
