/** 256 colours for many: all of them where there are no more, else by median cut (Heckbert 1982). */

export interface Palette {
  /** RGB, 256 of them. */
  colours: Uint8Array;
  /** The colour of each pixel, by its place. */
  indicesOf: (pixels: Uint8Array) => Uint8Array;
}

const SIZE = 256;
const BITS = 5; // of a channel that tell colours apart where there are too many
const SHIFT = 8 - BITS;
const SIDE = 1 << BITS;

/** @param frames pixels [n][channels] */
export function paletteOf(frames: readonly Uint8Array[], channels: 1 | 3): Palette {
  if (channels === 1)
    return {
      colours: Uint8Array.from({ length: 3 * SIZE }, (_, i) => Math.floor(i / 3)),
      indicesOf: (p) => p,
    };
  return exactPalette(frames) ?? cutPalette(frames);
}

const colourAt = (pixels: Uint8Array, at: number): number =>
  (pixels[at]! << 16) | (pixels[at + 1]! << 8) | pixels[at + 2]!;

function exactPalette(frames: readonly Uint8Array[]): Palette | null {
  const places = new Map<number, number>();
  for (const pixels of frames)
    for (let at = 0; at < pixels.length; at += 3) {
      const colour = colourAt(pixels, at);
      if (!places.has(colour)) places.set(colour, places.size);
      if (places.size > SIZE) return null;
    }
  const colours = new Uint8Array(3 * SIZE);
  for (const [colour, place] of places)
    colours.set([colour >>> 16, (colour >>> 8) & 0xff, colour & 0xff], 3 * place);
  return { colours, indicesOf: (pixels) => indexed(pixels, (at) => places.get(colourAt(pixels, at))!) };
}

const indexed = (pixels: Uint8Array, placeAt: (at: number) => number): Uint8Array =>
  Uint8Array.from({ length: pixels.length / 3 }, (_, i) => placeAt(3 * i));

const cellAt = (pixels: Uint8Array, at: number): number =>
  ((pixels[at]! >>> SHIFT) * SIDE + (pixels[at + 1]! >>> SHIFT)) * SIDE + (pixels[at + 2]! >>> SHIFT);

/** Colour of a cell by channel, 0 … SIDE - 1. */
const channelOf = (cell: number, channel: number): number => Math.floor(cell / SIDE ** (2 - channel)) % SIDE;

interface Box {
  cells: number[];
  /** The channel in which it is longest, and by how much. */
  channel: number;
  length: number;
  pixels: number;
}

function cutPalette(frames: readonly Uint8Array[]): Palette {
  const counts = new Float64Array(SIDE ** 3);
  const sums = [0, 1, 2].map(() => new Float64Array(SIDE ** 3));
  for (const pixels of frames)
    for (let at = 0; at < pixels.length; at += 3) {
      const cell = cellAt(pixels, at);
      counts[cell]!++;
      for (let c = 0; c < 3; c++) sums[c]![cell]! += pixels[at + c]!;
    }
  const used = [...counts.keys()].filter((cell) => counts[cell]! > 0);
  const boxes = [boxOf(used, counts)];
  while (boxes.length < SIZE) {
    const largest = boxes.reduce((a, b) => (b.length * b.pixels > a.length * a.pixels ? b : a));
    if (largest.length === 0) break; // every cell has its colour
    boxes.splice(boxes.indexOf(largest), 1, ...halves(largest, counts));
  }
  const colours = new Uint8Array(3 * SIZE);
  const placeOf = new Uint8Array(SIDE ** 3);
  boxes.forEach(({ cells, pixels }, place) => {
    const mean = sums.map((sum) => cells.reduce((total, cell) => total + sum[cell]!, 0) / pixels);
    colours.set(mean.map(Math.round), 3 * place);
    for (const cell of cells) placeOf[cell] = place;
  });
  return { colours, indicesOf: (pixels) => indexed(pixels, (at) => placeOf[cellAt(pixels, at)]!) };
}

function boxOf(cells: number[], counts: Float64Array): Box {
  const lengths = [0, 1, 2].map((channel) => {
    let [low, high] = [SIDE, 0];
    for (const cell of cells) {
      const value = channelOf(cell, channel);
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    return high - low;
  });
  const length = Math.max(...lengths);
  const pixels = cells.reduce((sum, cell) => sum + counts[cell]!, 0);
  return { cells, channel: lengths.indexOf(length), length, pixels };
}

/** Cut where half of its pixels are on either side, as nearly as cells allow. */
function halves({ cells, channel, pixels }: Box, counts: Float64Array): [Box, Box] {
  const sorted = [...cells].sort((a, b) => channelOf(a, channel) - channelOf(b, channel));
  let seen = 0;
  let cut = 0;
  while (cut < sorted.length - 1 && (cut === 0 || seen < pixels / 2)) seen += counts[sorted[cut++]!]!;
  return [boxOf(sorted.slice(0, cut), counts), boxOf(sorted.slice(cut), counts)];
}
