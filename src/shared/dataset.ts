/** Labelled images on their way from a file to the engine. Plain data: survives `structuredClone`. */
import type { ImportChoices } from "./importChoices";

export interface ImageShape {
  height: number;
  width: number;
  channels: 1 | 3;
}

export type Split = "train" | "test";

/** A batch of images of one split: `pixels` is uint8 0..255, [n, height, width, channels]. */
export interface ImageChunk {
  split: Split;
  shape: ImageShape;
  pixels: Uint8Array;
  labels: Uint16Array; // [n], class indices
}

/** Where images of a dataset came from, and what was chosen for them. */
export interface ImportRecord {
  /** Id of the reader. */
  source: string;
  /** What was dropped or fetched, by path or address: the first few. */
  files: string[];
  /** Images that came in. */
  images: number;
  choices: ImportChoices;
}

/** A stored dataset, without its pixels. */
export interface DatasetInfo {
  id: string;
  name: string;
  /** Id of the reader or sample it came from. */
  source: string;
  shape: ImageShape;
  classNames: string[];
  /** Images per class. */
  counts: Record<Split, number[]>;
  /** Size on disk, bytes. */
  bytes: number;
  createdAt: number; // ms since 1970
  /** SHA-256 over the shard hashes, hex: the same images give the same fingerprint. */
  fingerprint: string;
  /** Per channel, over the training split, of pixels scaled to [0, 1]. */
  mean: number[];
  std: number[];
  /** One per import from files, in the order in which they came. */
  imports?: ImportRecord[];
  /** It is in the memory of the page alone, and gone when the page closes. */
  inMemory?: true;
}

/** Where the engine gets real images from. */
export interface ImageSource {
  readonly info: DatasetInfo;
  /** All images of a split, chunk by chunk. @throws UserError if a shard's hash is wrong */
  chunks(split: Split, signal?: AbortSignal): AsyncIterable<ImageChunk>;
}

/** Pixels per image. */
export const pixelsPerImage = ({ height, width, channels }: ImageShape): number => height * width * channels;

/** "32 x 32 RGB" */
export const shapeText = ({ height, width, channels }: ImageShape): string =>
  `${width} × ${height} ${channels === 1 ? "grey" : "RGB"}`;
