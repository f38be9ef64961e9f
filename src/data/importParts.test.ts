import { describe, expect, it } from "vitest";
import { ProgressMeter } from "./progressMeter";
import type { ImportProgress } from "@/shared/importing";
import { storageError } from "./shards/storageError";
import { testCount } from "@/shared/importedClasses";
import { stratifiedSplit } from "./splitting";
import { PreviewCollector, previewPixels } from "./shards/previewCollector";

describe("splitting", () => {
  it("takes at least one image of two and never all", () => {
    expect([0, 1, 2, 10, 15].map((count) => testCount(count, 0.1))).toEqual([0, 0, 1, 1, 2]);
    expect([2, 3, 100].map((count) => testCount(count, 0.5))).toEqual([1, 2, 50]);
    expect(testCount(100, 0)).toBe(0);
  });

  it("draws exactly that many per class, evenly over the class, class by class alone", () => {
    const places = new Array<number>(50).fill(0);
    for (let seed = 0; seed < 400; seed++) {
      const draw = stratifiedSplit([50, 7], 0.2, seed);
      const alone = stratifiedSplit([50], 0.2, seed);
      const chosen = Array.from({ length: 50 }, () => draw(0) === "test");
      expect(chosen.filter(Boolean).length).toBe(10);
      chosen.forEach((is, i) => {
        expect(alone(0) === "test").toBe(is);
        if (is) places[i]!++;
      });
    }
    // 400 draws with probability 0.2: 80 ± 8, four sigma
    for (const count of places) expect(Math.abs(count - 80)).toBeLessThan(33);
  });
});

describe("progressMeter", () => {
  it("measures the last three seconds, and speaks ten times a second at most", () => {
    let now = 0;
    const told: ImportProgress[] = [];
    const meter = new ProgressMeter({
      phase: "decoding",
      unit: "images",
      total: 1000,
      clock: () => now,
      onProgress: (progress) => told.push(progress),
    });
    for (let i = 1; i <= 400; i++) {
      now = i * 20;
      meter.update(now < 4000 ? i : 200 + 2 * (i - 200)); // twice as fast after four seconds
    }
    expect(told.length).toBe(80);
    expect(told[9]).toMatchObject({ done: 50, perSecond: 50, eta: 19 });
    expect(told.at(-1)).toMatchObject({ done: 600, perSecond: 100, eta: 4, total: 1000 });
  });
});

describe("storageError", () => {
  it("says what to do about a full disk, and passes on what it does not know", () => {
    const full = storageError(new DOMException("x", "QuotaExceededError"));
    expect(full).toMatchObject({
      name: "UserError",
      message: "The browser's storage for this page is full.",
    });
    const other = new TypeError("y");
    expect(storageError(other)).toBe(other);
  });
});

describe("previewCollector", () => {
  it("keeps the first images of each class, and gives them as RGBA", () => {
    const collector = new PreviewCollector({ height: 1, width: 2, channels: 1 }, 2, 2);
    collector.add(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), [0, 0, 0, 1]);
    const preview = previewPixels("id", collector.result(), 5);
    expect(preview).toMatchObject({ perClass: 2, width: 2, height: 1 });
    const shown = [1, 2, 3, 4]
      .flatMap((v) => [v, v, v, 255])
      .concat([7, 7, 7, 255, 8, 8, 8, 255], Array(8).fill(0));
    expect([...preview.pixels]).toEqual(shown);
  });

  it("shrinks where a picture of each class would be too much", () => {
    const collector = new PreviewCollector({ height: 8, width: 8, channels: 3 }, 100, 10, 100 * 48);
    const { perClass, width, height } = collector.result();
    expect([perClass, width, height]).toEqual([1, 4, 4]);
  });
});
