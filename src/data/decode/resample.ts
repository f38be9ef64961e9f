/**
 * Scaling by a triangle filter as wide as the scale (antialiased bilinear), first along rows, then along columns,
 * in 22-bit fixed point. Bytes in, bytes out, the same on every machine and, to the last bit, the same as Pillow's
 * `resize(size, BILINEAR)` (Pillow, src/libImaging/Resample.c); a canvas would scale differently in each browser.
 *
 *   out_x = sum_i w((i + 1/2 - c_x) / max(1, s)) in_i / sum w,   c_x = s (x + 1/2),  s = in / out,  w(t) = 1 - |t|
 */
const BITS = 22;
const HALF = 1 << (BITS - 1);

/** For each output place the first input place and the weights from there on, [out][taps]. */
export interface Taps {
  first: Int32Array;
  count: Int32Array;
  weights: Int32Array;
  /** Weights kept per output place. */
  stride: number;
}

/** The weights that take `from` places to `to`. */
export function makeTaps(from: number, to: number): Taps {
  const scale = from / to;
  const support = Math.max(1, scale);
  const stride = Math.ceil(support) * 2 + 1;
  const taps = {
    first: new Int32Array(to),
    count: new Int32Array(to),
    weights: new Int32Array(to * stride),
    stride,
  };
  for (let x = 0; x < to; x++) {
    const centre = (x + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const count = Math.min(from, Math.trunc(centre + support + 0.5)) - first;
    const weights = Array.from({ length: count }, (_, i) => {
      const distance = Math.abs((i + first - centre + 0.5) / support);
      return distance < 1 ? 1 - distance : 0;
    });
    const sum = weights.reduce((total, weight) => total + weight, 0);
    taps.first[x] = first;
    taps.count[x] = count;
    weights.forEach(
      (weight, i) => (taps.weights[x * stride + i] = Math.trunc(0.5 + (weight / sum) * 2 ** BITS)),
    );
  }
  return taps;
}

/** Scales rows: `rows` [n, from, channels] to `out` [n, to, channels] from row `outRow` on. */
export function resampleRows(
  rows: Uint8Array,
  from: number,
  channels: number,
  taps: Taps,
  out: Uint8Array,
  outRow: number,
): void {
  const to = taps.first.length;
  const count = rows.length / (from * channels);
  for (let y = 0; y < count; y++) {
    for (let x = 0; x < to; x++) {
      for (let c = 0; c < channels; c++) {
        const at = (y * from + taps.first[x]!) * channels + c;
        out[((outRow + y) * to + x) * channels + c] = weigh(rows, at, channels, taps, x);
      }
    }
  }
}

/** Scales columns: `image` [from, rowBytes] to [to, rowBytes]. */
export function resampleColumns(image: Uint8Array, rowBytes: number, taps: Taps): Uint8Array {
  const to = taps.first.length;
  const out = new Uint8Array(to * rowBytes);
  for (let y = 0; y < to; y++) {
    for (let i = 0; i < rowBytes; i++) {
      out[y * rowBytes + i] = weigh(image, taps.first[y]! * rowBytes + i, rowBytes, taps, y);
    }
  }
  return out;
}

function weigh(bytes: Uint8Array, start: number, step: number, taps: Taps, place: number): number {
  const weightsAt = place * taps.stride;
  let sum = HALF;
  for (let i = 0; i < taps.count[place]!; i++) sum += bytes[start + i * step]! * taps.weights[weightsAt + i]!;
  const value = sum >> BITS;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
