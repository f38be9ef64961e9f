/**
 * The bytes of a decoded video frame without a canvas: copying them out costs 3 µs, drawing and reading back 50 µs,
 * and a canvas scales the colour of a JPEG up coarsely, up to 56 levels off from what createImageBitmap gives.
 */
import type { DecodedImage } from "./imageDecoder";
import { MIN_HALVED_WIDTH, planesToRgba } from "./jpegPlanes";

/** Larger ones are drawn, in parts, so that they never lie in memory whole. */
export const MAX_COPIED = 1 << 20; // pixels

/** Whether the frame can be turned into exact RGB here; `alpha` when it may be transparent. */
export function canCopy(frame: VideoFrame, alpha: boolean): boolean {
  const { format, displayWidth, displayHeight, colorSpace } = frame;
  if (displayWidth * displayHeight > MAX_COPIED) return false;
  switch (format) {
    case "RGBX":
    case "BGRX":
      return true;
    case "RGBA":
    case "BGRA":
      return !alpha;
    case "I420":
    case "I444":
      return (
        colorSpace.matrix === "smpte170m" &&
        colorSpace.fullRange === true &&
        (format === "I444" || displayWidth >= MIN_HALVED_WIDTH)
      );
    default:
      return false;
  }
}

/** Copies a frame for which `canCopy` holds, and closes it. */
export async function copyFrame(frame: VideoFrame): Promise<DecodedImage> {
  try {
    const { displayWidth: width, displayHeight: height, format } = frame;
    const bytes = new Uint8Array(frame.allocationSize());
    const [first, second, third] = await frame.copyTo(bytes);
    if (!first) throw new Error("copyFrame(): a frame without planes");
    if (second && third) {
      const halved = format === "I420";
      const planes = { width, height, bytes, luma: first, blue: second, red: third, halved };
      return rgbaImage(planesToRgba(planes), width, height, 0, width * 4, 0);
    }
    return rgbaImage(bytes, width, height, first.offset, first.stride, format?.startsWith("B") ? 2 : 0);
  } finally {
    frame.close();
  }
}

/** @param red where red stands among the four bytes of a pixel: 0, or 2 for blue first */
function rgbaImage(
  bytes: Uint8Array | Uint8ClampedArray,
  width: number,
  height: number,
  offset: number,
  stride: number,
  red: 0 | 2,
): DecodedImage {
  return {
    width,
    height,
    read(left, top, boxWidth, boxHeight) {
      const rgba = new Uint8ClampedArray(boxWidth * boxHeight * 4);
      for (let y = 0, out = 0; y < boxHeight; y++) {
        let at = offset + (top + y) * stride + left * 4;
        for (let x = 0; x < boxWidth; x++, at += 4, out += 4) {
          rgba[out] = bytes[at + red]!;
          rgba[out + 1] = bytes[at + 1]!;
          rgba[out + 2] = bytes[at + 2 - red]!;
          rgba[out + 3] = 255;
        }
      }
      return rgba;
    },
    close: () => undefined,
  };
}
