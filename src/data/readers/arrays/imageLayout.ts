/** What the dimensions of an array say of the images in it. */
import type { ImageShape } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import { refuseAbsurd } from "../labelClasses";
import type { SourceArray } from "./sourceArray";

export interface ImageLayout {
  count: number;
  shape: ImageShape;
  /** The channels stand before height and width, as PyTorch has them. */
  isPlanar: boolean;
}

const isColour = (n: number | undefined): n is 1 | 3 => n === 1 || n === 3;

/**
 * [n, height, width], with 1 or 3 channels behind or in front of height and width.
 * @param prefersPlanes which of the two it is where both would do: [n, 3, 3, 3]
 * @throws UserError when it is no stack of pictures
 */
export function imageLayout({ shape, where }: SourceArray, prefersPlanes: boolean): ImageLayout {
  const [count = 0, a = 0, b = 0, c] = shape;
  const noStack = () =>
    new UserError(
      `${where} has the shape (${shape.join(", ")}), which is no stack of pictures.`,
      "Images are read as [n, height, width], [n, height, width, 1 or 3] or [n, 1 or 3, height, width].",
    );
  let found: ImageShape;
  let isPlanar = false;
  if (shape.length === 3) {
    found = { height: a, width: b, channels: 1 };
  } else if (shape.length === 4 && c !== undefined && (isColour(a) || isColour(c))) {
    isPlanar = isColour(a) && (prefersPlanes || !isColour(c));
    found = isPlanar
      ? { height: b, width: c, channels: a as 1 | 3 }
      : { height: a, width: b, channels: c as 1 | 3 };
  } else {
    throw noStack();
  }
  if (found.height < 1 || found.width < 1) throw noStack();
  refuseAbsurd(count, found.height, found.width, where);
  return { count, shape: found, isPlanar };
}
