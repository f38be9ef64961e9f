/** A decoder for where there is no browser: PNG only, 8 bits per channel. */
import { decode } from "fast-png";
import type { DecodedImage, ImageDecoder } from "./imageDecoder";

export const pngDecoder: ImageDecoder = {
  decode(bytes, { type }): Promise<DecodedImage> {
    if (type !== "image/png") return Promise.reject(new Error(`pngDecoder: expected image/png, got ${type}`));
    const { width, height, channels, depth, data, palette } = decode(bytes, { checkCrc: true });
    if (depth !== 8) return Promise.reject(new Error(`pngDecoder: expected depth 8, got ${depth}`));
    /** [red, green, blue, alpha] of pixel `i`. */
    const colour = (i: number): readonly number[] => {
      const at = i * channels;
      if (palette) return [...palette[data[at]!]!, 255];
      if (channels <= 2) return [data[at]!, data[at]!, data[at]!, channels === 2 ? data[at + 1]! : 255];
      return [data[at]!, data[at + 1]!, data[at + 2]!, channels === 4 ? data[at + 3]! : 255];
    };
    return Promise.resolve({
      width,
      height,
      read(left, top, boxWidth, boxHeight) {
        const rgba = new Uint8ClampedArray(boxWidth * boxHeight * 4);
        for (let y = 0, out = 0; y < boxHeight; y++) {
          for (let x = 0; x < boxWidth; x++, out += 4) {
            const [red = 0, green = 0, blue = 0, alpha = 255] = colour((top + y) * width + left + x);
            [red, green, blue].forEach(
              (value, c) => (rgba[out + c] = (value * alpha + 255 * (255 - alpha)) / 255),
            );
            rgba[out + 3] = 255;
          }
        }
        return rgba;
      },
      close: () => undefined,
    });
  },
};
