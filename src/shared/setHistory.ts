/** How a synthetic set came to look as it does: some of its pictures at up to 120 moments of its run, 8 MiB at most. */
import type { ImageShape } from "./dataset";

export interface HistoryShape {
  /** Of each picture. */
  shape: ImageShape;
  /** The first classes of the set that are in it. */
  classes: number;
  /** The first images of each class that are in it. */
  perClass: number;
}

export interface SetHistory extends HistoryShape {
  /** Updates made at each frame, rising. */
  iterations: number[];
  /** [frames][classes * perClass][height][width][channels] */
  pixels: Uint8Array<ArrayBuffer>;
}

const MOST_FRAMES = 120;
const MOST_BYTES = 8 * 2 ** 20;

/** Bytes of one frame. */
export const frameBytes = ({ shape, classes, perClass }: HistoryShape): number =>
  classes * perClass * shape.height * shape.width * shape.channels;

/** As many images as fit 120 times: of every class if possible, else of the first classes. */
export function historyShape(shape: ImageShape, classes: number, ipc: number): HistoryShape {
  const image = shape.height * shape.width * shape.channels;
  const room = Math.max(1, Math.floor(MOST_BYTES / MOST_FRAMES / image));
  if (room < classes) return { shape, classes: room, perClass: 1 };
  return { shape, classes, perClass: Math.min(ipc, Math.floor(room / classes)) };
}

/** Gathers frames as a run goes; where there are too many, the one that is least missed goes. */
export class HistoryLog {
  private frames: { iteration: number; pixels: Uint8Array<ArrayBuffer> }[] = [];
  private readonly most: number;

  /** @param ipc images per class of the whole set */
  constructor(
    private readonly of: HistoryShape,
    private readonly ipc: number,
  ) {
    this.most = Math.max(2, Math.min(MOST_FRAMES, Math.floor(MOST_BYTES / frameBytes(of))));
  }

  /** @param rgba the whole set, [classes * ipc][height][width][4]; a frame of this iteration or a later one is replaced */
  push(iteration: number, rgba: Uint8ClampedArray): void {
    const { shape, classes, perClass } = this.of;
    const { channels } = shape;
    const plane = shape.height * shape.width;
    const pixels = new Uint8Array(frameBytes(this.of));
    let to = 0;
    for (let label = 0; label < classes; label++) {
      const from = label * this.ipc * plane * 4;
      for (let pixel = 0; pixel < perClass * plane; pixel++)
        for (let c = 0; c < channels; c++) pixels[to++] = rgba[from + pixel * 4 + c]!;
    }
    while (this.frames.length > 0 && this.frames.at(-1)!.iteration >= iteration) this.frames.pop();
    this.frames.push({ iteration, pixels });
    if (this.frames.length > this.most) this.frames.splice(this.leastMissed(), 1);
  }

  /** A copy of the frames up to an iteration. */
  upTo(iteration: number): SetHistory {
    const frames = this.frames.filter((frame) => frame.iteration <= iteration);
    const pixels = new Uint8Array(frames.length * frameBytes(this.of));
    frames.forEach((frame, i) => pixels.set(frame.pixels, i * frame.pixels.length));
    return { ...this.of, iterations: frames.map((frame) => frame.iteration), pixels };
  }

  /** Goes on from what was gathered earlier, where that is of the same run. */
  restore(history: SetHistory): void {
    const bytes = frameBytes(this.of);
    if (frameBytes(history) !== bytes || !isWhole(history)) return;
    this.frames = history.iterations.map((iteration, i) => ({
      iteration,
      pixels: history.pixels.slice(i * bytes, (i + 1) * bytes),
    }));
  }

  /** The frame, neither first nor last, whose neighbours are nearest to each other. */
  private leastMissed(): number {
    let best = 1;
    let least = Infinity;
    for (let i = 1; i < this.frames.length - 1; i++) {
      const gap = this.frames[i + 1]!.iteration - this.frames[i - 1]!.iteration;
      if (gap < least) [best, least] = [i, gap];
    }
    return best;
  }
}

/** Whether there are as many bytes as the facts say. */
export const isWhole = (history: SetHistory): boolean =>
  history.pixels.length === history.iterations.length * frameBytes(history);
