/**
 * Where everything stands on the result card, in its own pixels: head line, images (a row per class, whole multiples,
 * unsmoothed), scale of accuracies, foot. What does not fit is left out and counted.
 */
export const CARD_WIDTH = 1200;
export const MARGIN = 48;

const HEAD = 108; // title and line below it
const SCALE = 132; // the line with the marks
const FOOT = 40;
const MOST_GRID_HEIGHT = 720;
const LARGEST_SCALE = 8;
const LABEL_PER_LETTER = 9;
const LABEL_WIDTHS = [48, 140] as const;
const LABEL_GAP = 12;
const GAP = 2;
const COLUMN_GAP = 24;
const NOT_MUCH_SMALLER = 0.7;
const MOST_CLASSES = 20;
const FEWEST_PIXELS = 32; // an image is shown at least this wide, or some are left out

export interface CardShape {
  classes: number;
  ipc: number;
  /** Of one image. */
  width: number;
  height: number;
  /** Letters of the longest class name. */
  letters: number;
}

export interface CardLayout {
  width: number;
  height: number;
  /** Card pixels per image pixel, a whole number (a half, third, … for images too large to be shown whole). */
  scale: number;
  columns: number;
  /** Classes and images per class that are shown. */
  classes: number;
  ipc: number;
  labelWidth: number;
  rowHeight: number;
  columnWidth: number;
  grid: { x: number; y: number; width: number; height: number };
  scaleLine: { x: number; y: number; width: number };
  footY: number;
}

export function cardLayout(shape: CardShape): CardLayout {
  const inner = CARD_WIDTH - 2 * MARGIN;
  const classes = Math.min(shape.classes, MOST_CLASSES);
  const [narrowest, widest] = LABEL_WIDTHS;
  const label = LABEL_GAP + Math.min(widest, Math.max(narrowest, shape.letters * LABEL_PER_LETTER));
  const options = [1, 2, 3, 4, 5].map((columns) => {
    const rows = Math.ceil(classes / columns);
    const across = (inner - COLUMN_GAP * (columns - 1)) / columns - label;
    const least = Math.min(shape.width, FEWEST_PIXELS);
    const ipc = Math.max(1, Math.min(shape.ipc, Math.floor((across + GAP) / (least + GAP))));
    const room = Math.min(
      ((across + GAP) / ipc - GAP) / shape.width,
      (MOST_GRID_HEIGHT / rows - GAP) / shape.height,
    );
    const isEven = rows * columns === classes ? 1 : 0;
    return { columns, rows, ipc, isEven, scale: wholeScale(room) };
  });
  // as many images as can be shown, no column shorter than another, then wide unless that makes them much smaller
  const best = options.reduce((a, b) => {
    const isWider = b.scale >= NOT_MUCH_SMALLER * a.scale ? 1 : -1;
    return (b.ipc - a.ipc || b.isEven - a.isEven || isWider) > 0 ? b : a;
  });
  const { columns, rows, ipc, scale } = best;
  const rowHeight = shape.height * scale + GAP;
  const columnWidth = label + ipc * (shape.width * scale + GAP) - GAP;
  const height = rows * rowHeight - GAP;
  const gridY = MARGIN + HEAD;
  const lineY = gridY + height + SCALE / 2 + 12;
  return {
    width: CARD_WIDTH,
    height: gridY + height + SCALE + FOOT + MARGIN,
    scale,
    columns,
    classes,
    ipc,
    labelWidth: label,
    rowHeight,
    columnWidth,
    grid: {
      x: MARGIN,
      y: gridY,
      width: columns * columnWidth + (columns - 1) * COLUMN_GAP,
      height,
    },
    scaleLine: { x: MARGIN, y: lineY, width: inner },
    footY: gridY + height + SCALE + FOOT,
  };
}

/** Whole multiples, or one over a whole number where an image does not fit. */
const wholeScale = (room: number): number =>
  room >= 1 ? Math.min(LARGEST_SCALE, Math.floor(room)) : 1 / Math.ceil(1 / room);

/** Upper left corner of an image, and of its class's row. */
export function cardCell(layout: CardLayout, shape: CardShape, label: number, index: number) {
  const rows = Math.ceil(layout.classes / layout.columns);
  const rowX = layout.grid.x + Math.floor(label / rows) * (layout.columnWidth + COLUMN_GAP);
  const y = layout.grid.y + (label % rows) * layout.rowHeight;
  return { rowX, x: rowX + layout.labelWidth + index * (shape.width * layout.scale + GAP), y };
}

/** Card pixels of an accuracy (0..1) on the scale. */
export const placeOnScale = ({ scaleLine }: CardLayout, accuracy: number): number =>
  scaleLine.x + Math.min(1, Math.max(0, accuracy)) * scaleLine.width;

/**
 * Where texts of the given widths stand so that none covers another: each as near to its mark as the others and the
 * ends of the line let it be, in the order of their marks.
 */
export function spreadLabels(
  marks: readonly { at: number; width: number }[],
  from: number,
  to: number,
  gap = 16,
): number[] {
  const order = marks.map((_, index) => index).sort((a, b) => marks[a]!.at - marks[b]!.at);
  const lefts = new Array<number>(marks.length).fill(0);
  let next = from;
  for (const index of order) {
    const { at, width } = marks[index]!;
    lefts[index] = Math.max(next, at - width / 2);
    next = lefts[index] + width + gap;
  }
  let end = to;
  for (const index of order.toReversed()) {
    lefts[index] = Math.min(lefts[index]!, end - marks[index]!.width);
    end = lefts[index] - gap;
  }
  return lefts;
}
