/** Draws the result card: light, whatever the theme, since it leaves the page. */
import type { Snapshot } from "@/shared/run";
import type { Score } from "@/state/baselines";
import { formatCount, formatMeanStd, formatPercent, plural } from "../../../format";
import type { CardFacts } from "./cardFacts";
import { cardCell, cardLayout, MARGIN, placeOnScale, spreadLabels, type CardLayout } from "./cardLayout";
import { imagePixels } from "../../../imagePixels";

const INK = "#1a1d21";
const QUIET = "#50575f";
const LINE = "#dcdfe3";
const SET = "#0072b2";
const FULL = "#b84a00";
const RANDOM = "#767e87";
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

export interface CardTexts {
  studio: string;
  method: string;
  network: string;
}

/** The card as a canvas. Images of a class are those at `label * ipc …`. */
export function drawCard(snapshot: Snapshot, facts: CardFacts, texts: CardTexts): HTMLCanvasElement {
  const classes = snapshot.classNames.length;
  const ipc = Math.max(1, Math.floor(snapshot.labels.length / classes));
  const letters = Math.max(...snapshot.classNames.map((name) => name.length));
  const shape = { classes, ipc, width: snapshot.shape.width, height: snapshot.shape.height, letters };
  const layout = cardLayout(shape);
  const canvas = Object.assign(document.createElement("canvas"), {
    width: layout.width,
    height: layout.height,
  });
  const context = canvas.getContext("2d")!;
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, layout.width, layout.height);

  const write = (
    text: string,
    x: number,
    y: number,
    size: number,
    color = INK,
    weight = 400,
    most?: number,
  ) => {
    context.font = `${weight} ${size}px ${FONT}`;
    context.fillStyle = color;
    context.fillText(text, x, y, most);
  };
  const inner = layout.width - 2 * MARGIN;
  const title = facts.set ? `${formatMeanStd(facts.set.mean, facts.set.std)} test accuracy` : "Synthetic set";
  write(`${title} with ${plural(shape.classes * ipc, "image")}`, MARGIN, MARGIN + 34, 36, INK, 600, inner);
  const line = `${snapshot.datasetName} · ${texts.method} · IPC ${ipc} · iteration ${formatCount(snapshot.iteration)} · ${texts.network}`;
  write(line, MARGIN, MARGIN + 70, 20, QUIET, 400, inner);

  drawImages(context, snapshot, shape, layout);
  for (let label = 0; label < layout.classes; label++) {
    const { rowX, y } = cardCell(layout, shape, label, 0);
    const middle = y + (layout.rowHeight - 2) / 2 + 6;
    write(snapshot.classNames[label] ?? "", rowX, middle, 16, QUIET, 400, layout.labelWidth - 12);
  }
  drawScale(context, layout, facts);
  const omitted =
    layout.classes < classes || layout.ipc < ipc
      ? ` · shown: ${layout.ipc} of ${ipc} images of ${layout.classes} of ${classes} classes`
      : "";
  write(`${texts.studio}${omitted}`, MARGIN, layout.footY, 16, QUIET, 400, inner);
  return canvas;
}

function drawImages(
  context: CanvasRenderingContext2D,
  snapshot: Snapshot,
  shape: Parameters<typeof cardLayout>[0],
  layout: CardLayout,
): void {
  const single = Object.assign(document.createElement("canvas"), {
    width: shape.width,
    height: shape.height,
  });
  const singleContext = single.getContext("2d")!;
  context.imageSmoothingEnabled = layout.scale < 1;
  for (let label = 0; label < layout.classes; label++) {
    for (let index = 0; index < layout.ipc; index++) {
      const pixels = imagePixels(snapshot, label * shape.ipc + index);
      singleContext.putImageData(new ImageData(pixels, shape.width, shape.height), 0, 0);
      const { x, y } = cardCell(layout, shape, label, index);
      context.drawImage(single, x, y, shape.width * layout.scale, shape.height * layout.scale);
    }
  }
}

/** A line from 0 to 100 %, with random, the set and all data on it as far as they are known. */
function drawScale(context: CanvasRenderingContext2D, layout: CardLayout, facts: CardFacts): void {
  const { x, y, width } = layout.scaleLine;
  context.fillStyle = LINE;
  context.fillRect(x, y, width, 4);
  const marks = [
    { name: "random images", score: facts.random, color: RANDOM },
    { name: "this set", score: facts.set, color: SET },
    { name: "all data", score: facts.full, color: FULL },
  ].flatMap(({ name, score, color }) => (score ? [{ text: textOf(name, score), score, color }] : []));
  context.font = `600 18px ${FONT}`;
  const lefts = spreadLabels(
    marks.map(({ text, score }) => ({
      at: placeOnScale(layout, score.mean),
      width: context.measureText(text).width,
    })),
    x,
    x + width,
  );
  marks.forEach(({ text, score, color }, index) => {
    const at = placeOnScale(layout, score.mean);
    const from = placeOnScale(layout, score.mean - score.std);
    context.fillStyle = color;
    context.fillRect(from, y, placeOnScale(layout, score.mean + score.std) - from, 4);
    context.beginPath();
    context.arc(at, y + 2, 8, 0, 2 * Math.PI);
    context.fill();
    context.fillText(text, lefts[index]!, y - 20);
  });
  context.font = `400 14px ${FONT}`;
  context.fillStyle = QUIET;
  context.fillText("0 %", x, y + 28);
  context.fillText("100 %", x + width - context.measureText("100 %").width, y + 28);
  if (!facts.set) context.fillText("not evaluated yet", x + 60, y + 28);
}

const textOf = (name: string, { mean, std }: Score): string =>
  `${name} ${std > 0 ? formatMeanStd(mean, std) : formatPercent(mean)}`;
