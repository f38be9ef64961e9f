import { describe, expect, it } from "vitest";
import { PreviewCollector } from "./previewCollector";

/** Chromium refuses a value of more bytes than this. */
const MOST_VALUE = 133_169_152;

describe("the preview of a dataset", () => {
  it.each([
    [10, 32],
    [1000, 128],
    [65_535, 1],
    [65_535, 512],
  ])("of %i classes at %i pixels stays far below what a browser stores as one value", (classes, side) => {
    const { pixels } = new PreviewCollector({ height: side, width: side, channels: 3 }, classes).result();
    expect(pixels.length).toBeLessThan(MOST_VALUE / 8);
  });
});
