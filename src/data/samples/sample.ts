/**
 * The contract of a sample: a dataset that is one click away. Either the studio makes it (`generate`), or it is
 * fetched from where it is published (`download`) and read like any file that the person dropped.
 */
import type { ImageChunk, ImageShape } from "@/shared/dataset";
import type { ImportProgress, PickedFile, SampleInfo } from "@/shared/importing";

export interface GeneratedImages {
  classNames: string[];
  shape: ImageShape;
  /** Images over both splits. */
  total: number;
  chunks: AsyncIterable<ImageChunk>;
}

export interface GeneratedSample extends SampleInfo {
  /** The same images at every call. */
  generate: (signal?: AbortSignal) => GeneratedImages;
  download?: never;
}

export interface DownloadContext {
  signal: AbortSignal;
  onProgress: (progress: ImportProgress) => void;
  /** The worker's own `fetch`; a test hands in another. */
  fetch: typeof fetch;
  /** False when the computer knows that it has no network; as `navigator.onLine` says when left out. */
  online?: () => boolean;
  /** Milliseconds on any clock that only goes forwards, for rates and times left. */
  now: () => number;
  /** Wait after a broken connection, half a second when left out; it doubles while nothing arrives. */
  retryDelayMs?: number;
}

export interface DownloadedSample extends SampleInfo {
  generate?: never;
  /** Names of the classes in label order, where the files themselves have only numbers. */
  classNames: string[];
  /** @throws UserError when offline, refused by the host, broken off or not the published bytes */
  download: (context: DownloadContext) => Promise<PickedFile[]>;
}

export type Sample = GeneratedSample | DownloadedSample;

/** Checks a sample's type where it is written. */
export const defineSample = <S extends Sample>(sample: S): S => sample;

/** What the page needs to know of it. */
export const sampleInfo = ({ id, label, about, downloadBytes, host, licence }: Sample): SampleInfo => ({
  id,
  label,
  about,
  downloadBytes,
  host,
  licence,
});
