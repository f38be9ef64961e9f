import { describe, expect, it } from "vitest";
import { cellAt, gridLayout, indexAt, type GridShape } from "./gridLayout";

const view = { width: 640, height: 460, labelWidth: 80, devicePixelRatio: 1 };
const shape = (classes: number, ipc: number, side = 32): GridShape => ({
  classes,
  ipc,
  width: side,
  height: side,
});

describe("gridLayout", () => {
  it("uses several columns of classes when there are few images per class", () => {
    const one = gridLayout(shape(10, 1), view, null);
    expect(one.columns).toBeGreaterThan(1);
    expect(one.scale).toBeGreaterThanOrEqual(3);
    expect(one.fullWidth).toBeLessThanOrEqual(view.width);
    expect(one.fullHeight).toBeLessThanOrEqual(view.height);
  });

  it("keeps a row per class when the rows are long, and scrolls rather than shrinks", () => {
    const long = gridLayout(shape(100, 50), view, null);
    expect(long).toMatchObject({ columns: 1, rows: 100, scale: 1 });
    expect(long.fullHeight).toBeGreaterThan(view.height);
  });

  it("puts many short rows beside each other and scrolls down only", () => {
    const many = gridLayout(shape(100, 1), view, null);
    expect(many.columns).toBeGreaterThan(2);
    expect(many.fullWidth).toBeLessThanOrEqual(view.width);
  });

  it("fits a phone with a fine screen, without scrolling sideways", () => {
    const phone = gridLayout(
      shape(10, 10),
      { ...view, width: 366, labelWidth: 72, devicePixelRatio: 3 },
      null,
    );
    expect(phone.scale).toBeCloseTo(2 / 3);
    expect(phone.fullWidth).toBeLessThanOrEqual(366);
  });

  it("scales by whole device pixels", () => {
    for (const devicePixelRatio of [1, 1.5, 2, 3]) {
      const { scale } = gridLayout(shape(10, 3, 28), { ...view, devicePixelRatio }, null);
      const devicePixels = scale * devicePixelRatio;
      expect(Math.abs(devicePixels - Math.round(devicePixels))).toBeLessThan(1e-6);
    }
  });

  it("takes the zoom that is asked for", () => {
    expect(gridLayout(shape(10, 10), view, 4).scale).toBe(4);
  });
});

it("finds every image where it stands and none between", () => {
  for (const grid of [shape(10, 1), shape(7, 3), shape(12, 10)]) {
    const layout = gridLayout(grid, view, null);
    for (let index = 0; index < grid.classes * grid.ipc; index++) {
      const { x, y } = cellAt(layout, grid, index);
      expect(indexAt(layout, grid, x + 1, y + 1)).toBe(index);
      const size = grid.width * layout.scale;
      expect(indexAt(layout, grid, x + size - 1, y + size - 1)).toBe(index);
      expect(indexAt(layout, grid, x + size + 1, y + 1)).toBeNull();
      expect(indexAt(layout, grid, x + 1, y + size + 1)).toBeNull();
    }
  }
});
