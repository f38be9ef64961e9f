/**
 * The planes of a JPEG (Y, Cb, Cr, the colour whole or halved in both directions) to RGB, to the last bit as libjpeg
 * does it, and hence createImageBitmap: halved colour is scaled up by a triangle filter ("fancy upsampling": 3/4 of
 * the nearer sample and 1/4 of the farther one, along columns, then rows), then converted in 16-bit fixed point.
 * Source: libjpeg-turbo, jdsample.c h2v2_fancy_upsample and jdcolor.c ycc_rgb_convert.
 *
 *   R = Y + 1.402 (Cr - 128)    G = Y - 0.34414 (Cb - 128) - 0.71414 (Cr - 128)    B = Y + 1.772 (Cb - 128)
 */
export interface Plane {
  offset: number;
  stride: number;
}

export interface JpegPlanes {
  width: number;
  height: number;
  bytes: Uint8Array;
  luma: Plane;
  blue: Plane;
  red: Plane;
  /** Whether the colour planes have half the width and height. */
  halved: boolean;
}

/** libjpeg scales narrower colour planes up without a filter. */
export const MIN_HALVED_WIDTH = 5;

/** @returns opaque RGBA, [height, width, 4] */
export function planesToRgba({
  width,
  height,
  bytes,
  luma,
  blue,
  red,
  halved,
}: JpegPlanes): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(width * height * 4);
  const columns = halved ? (width + 1) >> 1 : width;
  const lastRow = (halved ? (height + 1) >> 1 : height) - 1;
  const blueSums = new Int32Array(columns);
  const redSums = new Int32Array(columns);
  for (let y = 0, out = 0; y < height; y++) {
    const near = halved ? y >> 1 : y;
    const far = halved ? Math.min(lastRow, Math.max(0, y & 1 ? near + 1 : near - 1)) : near;
    mixRows(bytes, blue, near, far, blueSums);
    mixRows(bytes, red, near, far, redSums);
    const lumaRow = luma.offset + y * luma.stride;
    for (let x = 0; x < width; x++, out += 4) {
      const value = bytes[lumaRow + x]!;
      const cb = (halved ? sampleAcross(blueSums, x) : blueSums[x]! >> 2) - 128;
      const cr = (halved ? sampleAcross(redSums, x) : redSums[x]! >> 2) - 128;
      rgba[out] = value + ((91881 * cr + 32768) >> 16);
      rgba[out + 1] = value + ((-22554 * cb - 46802 * cr + 32768) >> 16);
      rgba[out + 2] = value + ((116130 * cb + 32768) >> 16);
      rgba[out + 3] = 255;
    }
  }
  return rgba;
}

/** Four times the colour between two rows of samples. */
function mixRows(
  bytes: Uint8Array,
  { offset, stride }: Plane,
  near: number,
  far: number,
  sums: Int32Array,
): void {
  const nearRow = offset + near * stride;
  const farRow = offset + far * stride;
  for (let x = 0; x < sums.length; x++) sums[x] = 3 * bytes[nearRow + x]! + bytes[farRow + x]!;
}

/** The colour at pixel `x` between two columns of `sums`; the rounding alternates, as libjpeg's does. */
function sampleAcross(sums: Int32Array, x: number): number {
  const near = x >> 1;
  const last = sums.length - 1;
  if (x & 1) return (3 * sums[near]! + sums[near < last ? near + 1 : last]! + 7) >> 4;
  return (3 * sums[near]! + sums[near > 0 ? near - 1 : 0]! + 8) >> 4;
}
