/** What turns the bytes of a PNG, JPEG, … into pixels. The browser has one (browserDecoder.ts); Node gets another. */
import type { ImageHeader } from "../codecs/imageHeader";

export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  /** A part of it as opaque RGBA, [height, width, 4]; transparent places show white. */
  read(left: number, top: number, width: number, height: number): Uint8ClampedArray;
  /** Frees its memory. */
  close(): void;
}

export interface ImageDecoder {
  /** Upright (EXIF), colours as stored (no profile applied), the first frame. Rejects when it is broken. */
  decode(bytes: Uint8Array<ArrayBuffer>, header: ImageHeader): Promise<DecodedImage>;
}
