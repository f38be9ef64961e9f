import { expect, it } from "vitest";
import { PathIndex } from "./pathIndex";

it("finds a picture by its path, a part of it, or its name, and never one of several", () => {
  const index = new PathIndex(["set/train/1.png", "set/test/1.png", "set/train/a.b.jpg", "2.png", "2.txt"]);
  expect(index.find("set/train/1.png")).toBe(0);
  expect(index.find("./test/1.png")).toBe(1);
  expect(index.find("test\\1")).toBe(1);
  expect(index.find("1.png")).toBeUndefined();
  expect(index.find("a.b")).toBe(2);
  expect(index.find("a.b.jpg")).toBe(2);
  expect(index.find("2")).toBe(3);
  expect(index.find("b.jpg")).toBeUndefined();
  expect(index.find("2.txt")).toBeUndefined();
  expect(index.find("")).toBeUndefined();
});
