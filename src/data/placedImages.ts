/**
 * The chosen images of a reader, brought to the size and channels that the person chose: encoded pictures are decoded,
 * several at once, raw ones are scaled when they need it, and what cannot be used becomes a reason.
 */
import type { ImageShape, Split } from "@/shared/dataset";
import type { Fit } from "@/shared/importChoices";
import type { ChosenItem } from "./chosenImages";
import { contentsText, MAX_PIXELS, readImageHeader, type ImageHeader } from "./codecs/imageHeader";
import { decodeInOrder, type Work } from "./decode/decodeInOrder";
import { fitImage } from "./decode/fitImage";
import type { DecodedImage, ImageDecoder } from "./decode/imageDecoder";

/** What happened to images on the way, for the notes of the report. */
export interface ChangeCounts {
  scaled: number;
  greyed: number;
  animated: number;
}

export type PlacedItem =
  | { kind: "images"; split: Split; pixels: Uint8Array; labels: ArrayLike<number> }
  | { kind: "skipped"; path: string; reason: string };

export interface PlaceOptions {
  shape: ImageShape;
  /** "crop" unless told. */
  fit?: Fit | undefined;
  decoder: ImageDecoder;
  changes: ChangeCounts;
}

type EncodedItem = Extract<ChosenItem, { kind: "image" }>;
type RawItem = Extract<ChosenItem, { kind: "pixels" }>;
type Skipped = Extract<ChosenItem, { kind: "skipped" }>;

/** @returns everything that `items` holds, in order */
export async function* placeImages(
  items: AsyncIterable<ChosenItem>,
  options: PlaceOptions,
): AsyncGenerator<PlacedItem> {
  for await (const result of decodeInOrder(jobsFor(items, options))) {
    if (result.kind === "skipped") yield result;
    else {
      const { split, pixels, labels } = result;
      yield { kind: "images", split, pixels, labels };
    }
  }
}

async function* jobsFor(
  items: AsyncIterable<ChosenItem>,
  options: PlaceOptions,
): AsyncGenerator<Work<RawItem | Skipped>> {
  for await (const item of items) {
    if (item.kind === "image") {
      const header = readImageHeader(item.bytes);
      const reason = refusal(item.bytes, header);
      if (reason || !header) {
        const result = skipped(item, reason); // the bytes are let go
        yield { pixels: 0, result: () => Promise.resolve(result) };
      } else {
        const pixels = Math.max(header.width * header.height, item.bytes.length / 4); // 4 bytes each
        yield { pixels, result: () => decode(item, header, options) };
      }
    } else if (item.kind === "pixels") {
      yield { pixels: item.pixels.length, result: () => Promise.resolve(fitRaw(item, options)) };
    } else {
      yield { pixels: 0, result: () => Promise.resolve(item) };
    }
  }
}

const skipped = ({ path }: { path: string }, reason: string) => ({ kind: "skipped", path, reason }) as const;

/** Why a picture is not even tried. */
function refusal(bytes: Uint8Array, header: ImageHeader | null): string {
  if (bytes.length === 0) return "not an image: the file is empty";
  if (!header) return `not an image: ${contentsText(bytes)}`;
  const { width, height } = header;
  if (width < 1 || height < 1) return "broken: it has no pixels";
  if (width * height > MAX_PIXELS) {
    return `too large: ${width.toLocaleString("en")} × ${height.toLocaleString("en")} is more than ${MAX_PIXELS / 1e6} megapixels; scale it down`;
  }
  return "";
}

async function decode(
  item: EncodedItem,
  header: ImageHeader,
  { shape, fit, decoder, changes }: PlaceOptions,
): Promise<RawItem | Skipped> {
  let image: DecodedImage;
  try {
    image = await decoder.decode(item.bytes, header);
  } catch {
    return skipped(item, "broken: it cannot be decoded");
  }
  try {
    if (image.width !== shape.width || image.height !== shape.height) changes.scaled++;
    if (shape.channels === 1 && !header.grey) changes.greyed++;
    if (header.animated) changes.animated++;
    const pixels = fitImage(image, shape, fit);
    return { kind: "pixels", split: item.split, shape, pixels, labels: Uint16Array.of(item.label) };
  } finally {
    image.close();
  }
}

/** Raw images in the wanted shape; the same ones when they have it already. */
function fitRaw(item: RawItem, { shape, fit, changes }: PlaceOptions): RawItem {
  const from = item.shape;
  const resized = from.width !== shape.width || from.height !== shape.height;
  if (!resized && from.channels === shape.channels) return item;
  const count = item.labels.length;
  const fromBytes = from.width * from.height * from.channels;
  const toBytes = shape.width * shape.height * shape.channels;
  const pixels = new Uint8Array(count * toBytes);
  for (let i = 0; i < count; i++) {
    const image = rawImage(item.pixels.subarray(i * fromBytes, (i + 1) * fromBytes), from);
    pixels.set(fitImage(image, shape, fit), i * toBytes);
  }
  if (resized) changes.scaled += count;
  if (from.channels > shape.channels) changes.greyed += count;
  return { ...item, shape, pixels };
}

/** Raw pixels as if a decoder had made them. */
function rawImage(pixels: Uint8Array, { width, height, channels }: ImageShape): DecodedImage {
  return {
    width,
    height,
    read(left, top, boxWidth, boxHeight) {
      const rgba = new Uint8ClampedArray(boxWidth * boxHeight * 4);
      for (let y = 0, out = 0; y < boxHeight; y++) {
        for (let x = 0; x < boxWidth; x++, out += 4) {
          const at = ((top + y) * width + left + x) * channels;
          for (let c = 0; c < 3; c++) rgba[out + c] = pixels[at + (channels === 3 ? c : 0)]!;
          rgba[out + 3] = 255;
        }
      }
      return rgba;
    },
    close: () => undefined,
  };
}
