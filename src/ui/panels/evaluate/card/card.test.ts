import { describe, expect, it } from "vitest";
import type { EvaluationRow } from "@/shared/evaluating";
import type { Snapshot } from "@/shared/run";
import { cardFacts } from "./cardFacts";
import { cardCell, cardLayout, MARGIN, placeOnScale, spreadLabels } from "./cardLayout";
import { imagePixels } from "../../../imagePixels";

describe("cardLayout", () => {
  const shapes = [
    { classes: 10, ipc: 1, width: 32, height: 32, letters: 9 },
    { classes: 10, ipc: 10, width: 32, height: 32, letters: 9 },
    { classes: 10, ipc: 50, width: 28, height: 28, letters: 9 },
    { classes: 100, ipc: 50, width: 32, height: 32, letters: 9 },
    { classes: 2, ipc: 1, width: 128, height: 96, letters: 9 },
    { classes: 3, ipc: 2, width: 1024, height: 1024, letters: 9 },
  ];

  it.each(shapes)("keeps every cell on the card, $classes x $ipc of $width px", (shape) => {
    const layout = cardLayout(shape);
    const last = cardCell(layout, shape, layout.classes - 1, layout.ipc - 1);
    expect(last.x + shape.width * layout.scale).toBeLessThanOrEqual(layout.width - MARGIN);
    expect(layout.grid.width).toBeLessThanOrEqual(layout.width - 2 * MARGIN);
    expect(last.y + shape.height * layout.scale).toBeLessThanOrEqual(layout.grid.y + layout.grid.height);
    expect(layout.grid.height).toBeLessThanOrEqual(720);
    expect(layout.footY).toBeLessThan(layout.height);
    expect(layout.scaleLine.y).toBeGreaterThan(layout.grid.y + layout.grid.height);
    expect(Number.isInteger(layout.scale >= 1 ? layout.scale : 1 / layout.scale)).toBe(true);
  });

  it("shows all of a small set, and counts what it leaves out of a large one", () => {
    const small = cardLayout(shapes[1]!);
    expect([small.classes, small.ipc]).toEqual([10, 10]);
    expect(small.scale).toBeGreaterThanOrEqual(2);
    const large = cardLayout(shapes[3]!);
    expect(large.classes).toBe(20);
    expect(large.ipc).toBeLessThan(50);
  });

  it("lets no two images overlap", () => {
    const shape = shapes[1]!;
    const layout = cardLayout(shape);
    const first = cardCell(layout, shape, 0, 0);
    expect(cardCell(layout, shape, 0, 1).x - first.x).toBeGreaterThan(shape.width * layout.scale);
    expect(cardCell(layout, shape, 1, 0).y - first.y).toBeGreaterThan(shape.height * layout.scale);
  });

  it("places accuracies on the line, within its ends", () => {
    const layout = cardLayout(shapes[0]!);
    const { x, width } = layout.scaleLine;
    expect(placeOnScale(layout, 0.5)).toBe(x + width / 2);
    expect(placeOnScale(layout, 1.2)).toBe(x + width);
  });
});

describe("spreadLabels", () => {
  it("leaves labels at their marks where there is room", () => {
    expect(spreadLabels([{ at: 100, width: 40 }, { at: 300, width: 40 }], 0, 1000)).toEqual([80, 280]); // prettier-ignore
  });

  it("lets none cover another or leave the line", () => {
    const marks = [
      { at: 990, width: 200 },
      { at: 980, width: 200 },
      { at: 10, width: 200 },
      { at: 1000, width: 100 },
    ];
    const lefts = spreadLabels(marks, 0, 1000);
    const boxes = marks.map(({ width }, i) => [lefts[i]!, lefts[i]! + width]).sort((a, b) => a[0]! - b[0]!);
    expect(boxes[0]![0]).toBeGreaterThanOrEqual(0);
    expect(boxes.at(-1)![1]).toBeLessThanOrEqual(1000);
    boxes.slice(1).forEach((box, i) => expect(box[0]).toBeGreaterThanOrEqual(boxes[i]![1]!));
  });
});

describe("cardFacts", () => {
  const own = { id: "convnet", params: { width: 4, depth: 1 } };
  const mlp = { id: "mlp", params: {} };
  const snapshot = {
    config: { network: own },
    evaluations: [{ iteration: 1, accuracies: [0.4], mean: 0.4, std: 0 }],
  } as unknown as Snapshot;
  const row = (subject: string, network: typeof own | typeof mlp, mean: number) =>
    ({ subject, network, mean, std: 0.01 }) as EvaluationRow;
  const nothing = () => ({ random: null, full: null });

  it("compares on the set's own network, never across networks", () => {
    const rows = [row("set", mlp, 0.3), row("random", mlp, 0.2), row("set", own, 0.5), row("full", mlp, 0.8)];
    expect(cardFacts(snapshot, rows, nothing)).toEqual({
      network: own,
      set: { mean: 0.5, std: 0.01 },
      random: null,
      full: null,
    });
  });

  it("falls back to the run's evaluation and the known ends of the scale", () => {
    const known = { random: { mean: 0.1, std: 0 }, full: { mean: 0.9, std: 0 } };
    expect(cardFacts(snapshot, [], () => known)).toEqual({
      network: own,
      set: { mean: 0.4, std: 0 },
      ...known,
    });
  });
});

describe("imagePixels", () => {
  it("undoes the normalisation, rounds and clamps", () => {
    const rgb = {
      images: new Float32Array([9, 9, 9, 0, 1, -10]),
      shape: { height: 1, width: 1, channels: 3 as const },
      mean: [0.5, 0.5, 0.5],
      std: [0.25, 0.25, 0.25],
    };
    expect([...imagePixels(rgb, 1)]).toEqual([128, 191, 0, 255]);
    const whitened = { ...rgb, pictures: Uint8Array.of(9, 9, 9, 4, 5, 6) };
    expect([...imagePixels(whitened, 1)]).toEqual([4, 5, 6, 255]);
    const grey = {
      images: new Float32Array([2]),
      shape: { height: 1, width: 1, channels: 1 as const },
      mean: [0],
      std: [0.5],
    };
    expect([...imagePixels(grey, 0)]).toEqual([255, 255, 255, 255]);
  });
});
