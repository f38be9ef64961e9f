/**
 * Where the synthetic images stand: a row per class, its name before it, in as many columns of classes as let the
 * images be largest. Cells are scaled by whole multiples of device pixels; what does not fit scrolls.
 */
export const GAP = 2; // between images, CSS pixels
export const ROW_GAP = 4; // between classes
export const COLUMN_GAP = 20; // between columns of classes
export const LABEL_GAP = 8;
const MOST_COLUMNS = 12;

export interface GridShape {
  classes: number;
  ipc: number;
  /** Of one image, its own pixels. */
  width: number;
  height: number;
}

export interface GridLayout {
  /** CSS pixels per image pixel. */
  scale: number;
  columns: number;
  rows: number;
  labelWidth: number;
  rowHeight: number;
  columnWidth: number;
  /** Of everything, CSS pixels. */
  fullWidth: number;
  fullHeight: number;
}

interface View {
  width: number;
  height: number;
  labelWidth: number;
  devicePixelRatio: number;
}

/** The layout that shows all images as large as the view allows; `zoom` fixes the scale instead of fitting it. */
export function gridLayout(shape: GridShape, view: View, zoom: number | null): GridLayout {
  const counts = Array.from({ length: Math.min(MOST_COLUMNS, shape.classes) }, (_, i) => i + 1);
  const across = (columns: number): number => {
    const cells = (view.width - COLUMN_GAP * (columns - 1)) / columns - view.labelWidth - LABEL_GAP;
    return wholePixels((cells - GAP * (shape.ipc - 1)) / shape.ipc / shape.width, view.devicePixelRatio);
  };
  const down = (columns: number): number =>
    wholePixels(
      (view.height / Math.ceil(shape.classes / columns) - ROW_GAP) / shape.height,
      view.devicePixelRatio,
    );
  const fitting = (columns: number): number => Math.min(across(columns), down(columns));

  const best = counts.reduce((a, b) => (fitting(b) > fitting(a) ? b : a), 1);
  const scale =
    zoom ?? (fitting(best) >= 1 ? fitting(best) : Math.min(1, Math.max(across(1), smallest(view))));
  // what does not fit scrolls down, not sideways: as many columns as the width holds
  const columns =
    fitting(best) >= scale ? best : (counts.filter((count) => across(count) >= scale).at(-1) ?? 1);
  return measured(shape, view.labelWidth, columns, scale);
}

/** On a fine screen half a CSS pixel per image pixel is still whole device pixels, and large enough to see. */
const smallest = ({ devicePixelRatio }: View): number => Math.ceil(devicePixelRatio / 2) / devicePixelRatio;

const wholePixels = (scale: number, ratio: number): number => Math.floor(scale * ratio + 1e-9) / ratio;

function measured(shape: GridShape, labelWidth: number, columns: number, scale: number): GridLayout {
  const rows = Math.ceil(shape.classes / columns);
  const rowHeight = shape.height * scale + ROW_GAP;
  const columnWidth = labelWidth + LABEL_GAP + shape.ipc * (shape.width * scale + GAP) - GAP;
  return {
    scale,
    columns,
    rows,
    labelWidth,
    rowHeight,
    columnWidth,
    fullWidth: columns * columnWidth + (columns - 1) * COLUMN_GAP,
    fullHeight: rows * rowHeight - ROW_GAP,
  };
}

/** Upper left corner of a class's row; classes run down, then right. */
export function rowAt({ rows, rowHeight, columnWidth }: GridLayout, label: number): { x: number; y: number } {
  return {
    x: Math.floor(label / rows) * (columnWidth + COLUMN_GAP),
    y: (label % rows) * rowHeight,
  };
}

/** Upper left corner of an image. */
export function cellAt(layout: GridLayout, shape: GridShape, index: number): { x: number; y: number } {
  const { x, y } = rowAt(layout, Math.floor(index / shape.ipc));
  const step = shape.width * layout.scale + GAP;
  return { x: x + layout.labelWidth + LABEL_GAP + (index % shape.ipc) * step, y };
}

/** The image at a point, or null between them. */
export function indexAt(layout: GridLayout, shape: GridShape, x: number, y: number): number | null {
  const column = Math.floor(x / (layout.columnWidth + COLUMN_GAP));
  const row = Math.floor(y / layout.rowHeight);
  const label = column * layout.rows + row;
  const inRow = x - column * (layout.columnWidth + COLUMN_GAP) - layout.labelWidth - LABEL_GAP;
  const step = shape.width * layout.scale + GAP;
  const at = Math.floor(inRow / step);
  const isInside =
    column >= 0 &&
    column < layout.columns &&
    row >= 0 &&
    row < layout.rows &&
    label < shape.classes &&
    at >= 0 &&
    at < shape.ipc &&
    inRow - at * step < step - GAP &&
    y - row * layout.rowHeight < layout.rowHeight - ROW_GAP;
  return isInside ? label * shape.ipc + at : null;
}
