/** The images that a dataset holds already, on their way into the larger one that files are added to. */
import { pixelsPerImage, shapeText, type ImageShape, type ImageSource } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type { PlacedItem } from "./placedImages";

/** All images of `held`, then what `added` brings. @throws UserError when a stored shard is damaged */
export async function* afterHeld(
  held: ImageSource,
  added: AsyncIterable<PlacedItem>,
  signal: AbortSignal,
): AsyncGenerator<PlacedItem> {
  for (const split of ["train", "test"] as const)
    for await (const { pixels, labels } of held.chunks(split, signal))
      yield { kind: "images", split, pixels, labels };
  yield* added;
}

export const imagesHeld = ({ info: { counts } }: ImageSource): number =>
  [...counts.train, ...counts.test].reduce((sum, count) => sum + count, 0);

/** @throws UserError when images of `shape` cannot stand beside those of `held` */
export function refuseOtherShape(held: ImageSource, shape: ImageShape): void {
  const own = held.info.shape;
  if (
    pixelsPerImage(own) === pixelsPerImage(shape) &&
    own.width === shape.width &&
    own.channels === shape.channels
  )
    return;
  throw new UserError(
    `${held.info.name} holds images of ${shapeText(own)}, not of ${shapeText(shape)}.`,
    "Choose that size and colour, or make a new dataset.",
  );
}
