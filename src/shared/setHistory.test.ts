import { describe, expect, it } from "vitest";
import { frameBytes, HistoryLog, historyShape, isWhole } from "./setHistory";

const tiny = { height: 1, width: 2, channels: 3 } as const;
/** 2 classes of 2 images of 2 pixels, all of one brightness. */
const picture = (value: number) => new Uint8ClampedArray(2 * 2 * 2 * 4).fill(value);

describe("HistoryLog", () => {
  it("keeps 120 frames, evenly spread over the iterations, the first and the last among them", () => {
    const log = new HistoryLog(historyShape(tiny, 2, 2), 2);
    for (let iteration = 0; iteration <= 5000; iteration++) log.push(iteration, picture(iteration % 256));
    const { iterations, pixels } = log.upTo(5000);
    expect([iterations.length, iterations[0], iterations.at(-1)]).toEqual([120, 0, 5000]);
    const gaps = iterations.slice(1).map((iteration, i) => iteration - iterations[i]!);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(4 * Math.min(...gaps.slice(0, -60)));
    const bytes = frameBytes(historyShape(tiny, 2, 2));
    iterations.forEach((iteration, i) => expect(pixels[i * bytes]).toBe(iteration % 256));
  });

  it("forgets what a run that goes back has undone, and goes on from what was stored", () => {
    const log = new HistoryLog(historyShape(tiny, 2, 2), 2);
    for (const iteration of [0, 5, 9]) log.push(iteration, picture(iteration));
    const stored = log.upTo(5);
    expect(stored.iterations).toEqual([0, 5]);
    expect(isWhole(stored)).toBe(true);
    const next = new HistoryLog(historyShape(tiny, 2, 2), 2);
    next.restore(stored);
    next.push(5, picture(7));
    next.push(8, picture(8));
    expect(next.upTo(8)).toMatchObject({ iterations: [0, 5, 8] });
    expect(next.upTo(8).pixels[frameBytes(stored)]).toBe(7);
    next.restore({ ...stored, pixels: new Uint8Array(3) });
    expect(next.upTo(8).iterations).toEqual([0, 5, 8]);
  });

  it("takes the first images of each class, and their colours without alpha", () => {
    const rgba = Uint8ClampedArray.from({ length: 2 * 2 * 2 * 4 }, (_, i) => i);
    const log = new HistoryLog({ shape: tiny, classes: 2, perClass: 1 }, 2);
    log.push(0, rgba);
    expect([...log.upTo(0).pixels]).toEqual([0, 1, 2, 4, 5, 6, 16, 17, 18, 20, 21, 22]);
  });
});

describe("historyShape", () => {
  it.each([
    [32, 10, 1, { classes: 10, perClass: 1 }],
    [32, 10, 50, { classes: 10, perClass: 2 }],
    [64, 100, 10, { classes: 5, perClass: 1 }],
    [256, 10, 1, { classes: 1, perClass: 1 }],
  ])("of images of %i pixels a side, %i classes, IPC %i keeps within 8 MiB", (side, classes, ipc, kept) => {
    const shape = { height: side, width: side, channels: 3 } as const;
    expect(historyShape(shape, classes, ipc)).toEqual({ shape, ...kept });
    const log = new HistoryLog(historyShape(shape, classes, ipc), ipc);
    const rgba = new Uint8ClampedArray(side * side * 4 * classes * ipc);
    for (let iteration = 0; iteration < 130; iteration++) log.push(iteration, rgba);
    expect(log.upTo(130).pixels.length).toBeLessThanOrEqual(8 * 2 ** 20);
  });
});
