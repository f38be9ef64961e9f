/** Zeros around an image. */
export interface Pads {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

export interface ConvGeometry {
  stride: number;
  pads: Pads;
}

/** The shape of a convolution's result. */
export function convShape(
  [n = 0, height = 0, width = 0]: readonly number[],
  [rows = 0, columns = 0, , outputs = 0]: readonly number[],
  { stride, pads }: ConvGeometry,
): [number, number, number, number] {
  const outHeight = Math.floor((height + pads.top + pads.bottom - rows) / stride) + 1;
  const outWidth = Math.floor((width + pads.left + pads.right - columns) / stride) + 1;
  return [n, outHeight, outWidth, outputs];
}
