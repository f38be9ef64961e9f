import { expect, it } from "vitest";
import { contrast, mixed, readableOn } from "./contrast";

const [BLACK, WHITE, BLUE] = ["rgb(0, 0, 0)", "rgb(255, 255, 255)", "rgb(0, 114, 178)"] as const;

it("measures contrast as WCAG does", () => {
  expect(contrast(BLACK, WHITE)).toBeCloseTo(21);
  expect(contrast(WHITE, "rgb(118, 118, 118)")).toBeCloseTo(4.54, 2); // the well-known limit of grey on white
  expect(contrast(BLUE, BLUE)).toBe(1);
});

it("chooses what can be read on a mix of colours", () => {
  expect(mixed(WHITE, BLACK, 0.5)).toBe("rgb(127.5, 127.5, 127.5)");
  expect(readableOn(mixed(WHITE, BLUE, 0.1), [WHITE, BLACK])).toBe(BLACK);
  expect(readableOn(BLUE, [BLACK, WHITE])).toBe(WHITE);
});
