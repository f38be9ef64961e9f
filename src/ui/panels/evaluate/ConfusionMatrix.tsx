import { useEffect, useRef, useState, type PointerEvent } from "react";
import { formatCount, formatPercent } from "../../format";
import { rowShares } from "./confusion";
import { mixed, readableOn } from "./contrast";

interface Props {
  confusion: readonly (readonly number[])[];
  nameOf: (label: number) => string;
}

const SIDE = 300; // CSS pixels, about: cells are whole pixels
const FEWEST_PIXELS = 3; // per cell
const LABEL = 72; // CSS pixels for the names of the rows, where they can be read
const LABELLED = 13; // CSS pixels per cell

/**
 * A cell per true class (row) and predicted class (column), darker where more of the row falls, on one canvas. The
 * pointer reads a cell; the table of classes beside it says the same in words.
 */
export function ConfusionMatrix({ confusion, nameOf }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [pointed, setPointed] = useState<{ row: number; column: number } | null>(null);
  const classes = confusion.length;
  const cell = Math.max(FEWEST_PIXELS, Math.floor(SIDE / Math.max(1, classes)));
  const side = cell * classes;
  const left = cell >= LABELLED ? LABEL : 0;

  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!canvas.current || !context) return;
    const ratio = window.devicePixelRatio;
    Object.assign(canvas.current, { width: (left + side) * ratio, height: side * ratio });
    context.scale(ratio, ratio);
    context.clearRect(0, 0, left + side, side);
    const style = getComputedStyle(canvas.current);
    const gap = cell > 8 ? 1 : 0;
    context.font = `11px ${style.fontFamily}`;
    context.textBaseline = "middle";
    context.textAlign = "right";
    context.fillStyle = style.color;
    for (let row = 0; left > 0 && row < classes; row++)
      context.fillText(nameOf(row), left - 6, (row + 0.5) * cell, left - 8);
    rowShares(confusion).forEach((shares, row) =>
      shares.forEach((share, column) => {
        const [x, y] = [left + column * cell, row * cell];
        context.globalAlpha = 1;
        context.fillStyle = style.columnRuleColor;
        context.fillRect(x, y, cell - gap, cell - gap);
        context.globalAlpha = Math.sqrt(share); // small shares are seen too
        context.fillStyle = style.borderTopColor;
        context.fillRect(x, y, cell - gap, cell - gap);
        if (cell < 24 || share < 0.005) return;
        context.globalAlpha = 1;
        context.fillStyle = readableOn(mixed(style.columnRuleColor, style.borderTopColor, Math.sqrt(share)), [
          style.color,
          style.outlineColor,
        ]);
        context.textAlign = "center";
        context.fillText(String(Math.round(share * 100)), x + cell / 2, y + cell / 2);
      }),
    );
  });

  const point = ({ nativeEvent: { offsetX, offsetY } }: PointerEvent) => {
    const [row, column] = [Math.floor(offsetY / cell), Math.floor((offsetX - left) / cell)];
    setPointed(row < classes && column < classes && row >= 0 && column >= 0 ? { row, column } : null);
  };
  const counts = pointed ? confusion[pointed.row] : undefined;
  const sum = counts?.reduce((a, b) => a + b, 0) ?? 0;
  const count = (pointed && counts?.[pointed.column]) ?? 0;

  return (
    <figure className="confusion">
      <canvas
        ref={canvas}
        className="confusion-canvas"
        role="img"
        aria-label={`Confusion matrix of ${classes} classes; the table of classes says the same in words`}
        style={{ width: left + side, height: side }}
        onPointerMove={point}
        onPointerLeave={() => setPointed(null)}
      />
      <figcaption className="quiet figures">
        {pointed
          ? `${nameOf(pointed.row)} taken for ${nameOf(pointed.column)}: ${formatCount(count)} of ${formatCount(sum)}, ${formatPercent(sum === 0 ? null : count / sum)}`
          : "Rows are true classes, columns what they were taken for, in the same order; percent of the row."}
      </figcaption>
    </figure>
  );
}
