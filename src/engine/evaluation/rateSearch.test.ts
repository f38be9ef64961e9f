import { expect, it } from "vitest";
import { bestOf } from "./rateSearch";

const tried = (...accuracies: number[]) =>
  accuracies.map((accuracy, at) => ({ at, score: { accuracy, confusion: [] } }));

it("takes the highest accuracy, of equals the first", () => {
  expect(bestOf(tried(0.2, 0.5, 0.4)).at).toBe(1);
  expect(bestOf(tried(0.2, 0.5, 0.5)).at).toBe(1);
  expect(bestOf(tried(0)).at).toBe(0);
  expect(() => bestOf([])).toThrow("nothing was tried");
});
