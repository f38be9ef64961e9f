/**
 * How the convolutions in WebAssembly go through a tensor NHWC: a chunk at a time, of as many lines of output as are
 * worked on together, whose rows of input are copied with the zeros of the border around them. What reads the copy needs
 * no questions about the border, and has it in the cache. Of a gradient towards the input the stride lies between the
 * rows and columns of what is read: they are spread, with zeros between.
 */
import type { FunctionCode } from "../../assembler/functionCode";
import { isBelow, minus, plus, quotient, times, type Int } from "../../assembler/integers";

/** A convolution of a tensor with spread rows and columns. */
export interface PaddedShape {
  /** Of the tensor that is read: [n, height, width, channels]. */
  shape: readonly number[];
  spread: number;
  filterRows: number;
  filterColumns: number;
  outHeight: number;
  outWidth: number;
  stride: number;
  /** Zeros in front of the spread tensor; less than 0 where it is cut. */
  top: number;
  left: number;
}

/** What is worked on together: lines of output of one image, or all lines of several images. */
export interface Chunk {
  images: number;
  lines: number;
  /** Of the copy: [images, rows, width, channels]. */
  paddedShape: readonly number[];
}

/** What fits into `bytes` of cache, but at least so many places, for what has to be read again with every chunk. */
export interface ChunkSize {
  bytes: number;
  places: number;
  /** Of what else is read with one line of output. */
  lineBytes: number;
}

export function chunkOf(padded: PaddedShape, { bytes, places, lineBytes }: ChunkSize): Chunk {
  const { shape, filterRows, filterColumns, outHeight, outWidth, stride } = padded;
  const [n = 0, , , channels = 0] = shape;
  const width = (outWidth - 1) * stride + filterColumns;
  const fitting = Math.floor(bytes / (4 * stride * width * channels + lineBytes));
  const most = Math.max(fitting, Math.ceil(places / outWidth));
  const lines = Math.ceil(outHeight / Math.ceil(outHeight / most));
  const images = Math.max(1, Math.min(n, Math.floor(most / outHeight)));
  return { images, lines, paddedShape: [images, (lines - 1) * stride + filterRows, width, channels] };
}

/** What `eachChunk` reads, and with it who works on a chunk. */
export function chunkIntegers(
  { shape, spread, filterRows, filterColumns, outHeight, outWidth, stride, top, left }: PaddedShape,
  { images, lines, paddedShape }: Chunk,
): Record<string, number> {
  const [, height = 0, width = 0, channels = 0] = shape;
  const [, chunkRows = 0, paddedWidth = 0] = paddedShape;
  const pixelBytes = 4 * channels;
  const first = Math.ceil(Math.max(0, -left) / spread);
  const last = Math.min(width - 1, Math.floor((paddedWidth - 1 - left) / spread));
  return {
    ...{ height, spread, stride, top, filterRows, outHeight, outWidth, chunkRows, pixelBytes },
    ...{ chunkImages: images, chunkLines: lines, copied: Math.max(0, last - first + 1) },
    ...{ fromBytes: first * pixelBytes, toBytes: (left + first * spread) * pixelBytes },
    ...{ rowBytes: width * pixelBytes, paddedBytes: paddedWidth * pixelBytes },
    ...{ sideBytes: filterColumns * pixelBytes, stepBytes: stride * pixelBytes },
  };
}

/** Some lines of output of some images, whose rows have been copied to `padded`. */
export interface Lines {
  images: Int;
  lines: Int;
  /** Of the first one, among the lines of all images. */
  firstLine: Int;
}

/**
 * Goes through the images from `firstImage`, which are an argument as `images` is, in chunks.
 * @param source the argument whose rows are copied
 * @param isSpread the columns of the copy do not lie side by side in the source
 */
export function eachChunk(
  code: FunctionCode,
  source: string,
  isSpread: boolean,
  body: (lines: Lines) => void,
): void {
  const argument = (name: string) => code.argument(name);
  code.chunks(argument("images"), argument("chunkImages"), (start, images) => {
    const image = code.let(plus(argument("firstImage"), start));
    code.chunks(argument("outHeight"), argument("chunkLines"), (line, lines) => {
      code.each(0, images, 1, (i) => {
        const to = code.let(
          plus(argument("padded"), times(i, argument("chunkRows"), argument("paddedBytes"))),
        );
        const from = code.let(
          plus(argument(source), times(plus(image, i), argument("height"), argument("rowBytes"))),
        );
        const row = code.let(minus(times(line, argument("stride")), argument("top")));
        code.repeat(plus(times(minus(lines, 1), argument("stride")), argument("filterRows")), () => {
          code.clear(to, argument("paddedBytes"));
          copyRow(code, { row, from, to }, isSpread);
          code.advance(to, argument("paddedBytes"));
          code.advance(row, 1);
        });
      });
      body({ images, lines, firstLine: code.let(plus(times(image, argument("outHeight")), line)) });
    });
  });
}

/** Copies a row of the spread image at `from`, if it has that row. */
function copyRow(
  code: FunctionCode,
  { row, from, to }: Record<"row" | "from" | "to", Int>,
  isSpread: boolean,
) {
  const argument = (name: string) => code.argument(name);
  const own = code.let(quotient(row, argument("spread")));
  const copy = () => {
    const source = code.let(plus(from, times(own, argument("rowBytes")), argument("fromBytes")));
    const target = code.let(plus(to, argument("toBytes")));
    if (!isSpread) {
      code.copy(target, source, times(argument("copied"), argument("pixelBytes")));
      return;
    }
    code.repeat(argument("copied"), () => {
      code.copy(target, source, argument("pixelBytes"));
      code.advance(source, argument("pixelBytes"));
      code.advance(target, times(argument("spread"), argument("pixelBytes")));
    });
  };
  code.when(isBelow(own, argument("height")), () => {
    if (!isSpread) copy();
    else code.when(isBelow(minus(row, times(own, argument("spread"))), 1), copy);
  });
}
