/**
 * Draws the part of the grid that is in view. A class's images lie one below the other in the bytes, so a row is
 * one `ImageData` without a copy; from there each image is drawn at its place, in whole pixels and unsmoothed.
 */
import { cellAt, rowAt, type GridLayout, type GridShape } from "./gridLayout";

export interface GridView {
  /** What is in view, CSS pixels of the grid. */
  left: number;
  top: number;
  width: number;
  height: number;
  devicePixelRatio: number;
}

export function drawGrid(
  canvas: HTMLCanvasElement,
  strip: HTMLCanvasElement,
  pixels: Uint8ClampedArray<ArrayBuffer>,
  shape: GridShape,
  layout: GridLayout,
  view: GridView,
): void {
  const ratio = view.devicePixelRatio;
  const width = Math.round(view.width * ratio);
  const height = Math.round(view.height * ratio);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  const stripContext = strip.getContext("2d", { willReadFrequently: true });
  if (!context || !stripContext) return;
  context.imageSmoothingEnabled = false;
  context.clearRect(0, 0, width, height);

  const { ipc, width: w, height: h } = shape;
  const rowBytes = ipc * w * h * 4;
  const size = { x: Math.round(w * layout.scale * ratio), y: Math.round(h * layout.scale * ratio) };
  if (strip.width !== w || strip.height !== h * ipc) Object.assign(strip, { width: w, height: h * ipc });

  for (let label = 0; label < shape.classes; label++) {
    const row = rowAt(layout, label);
    const isInView =
      row.y + layout.rowHeight > view.top &&
      row.y < view.top + view.height &&
      row.x + layout.columnWidth > view.left &&
      row.x < view.left + view.width;
    const bytes = pixels.subarray(label * rowBytes, (label + 1) * rowBytes);
    if (!isInView || bytes.length < rowBytes) continue;
    stripContext.putImageData(new ImageData(bytes, w, h * ipc), 0, 0);
    for (let at = 0; at < ipc; at++) {
      const { x, y } = cellAt(layout, shape, label * ipc + at);
      const toX = Math.round((x - view.left) * ratio);
      const toY = Math.round((y - view.top) * ratio);
      if (toX + size.x > 0 && toX < width) {
        context.drawImage(strip, 0, at * h, w, h, toX, toY, size.x, size.y);
      }
    }
  }
}
