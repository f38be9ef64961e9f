/**
 * An augmentation turns random draws into views, images → images. A draw is plain data, made once and applied as
 * often as needed (to real and synthetic images alike, or again in an adjoint pass): nothing is drawn from a seed twice.
 */
import type * as tf from "@tensorflow/tfjs";
import type { ImageShape } from "@/shared/dataset";
import type { Params, ParamValues } from "@/shared/params";
import type { PluginInfo } from "@/shared/plugin";
import type { Random } from "@/shared/random";

/** One drawn augmentation of an image; what is in it is known to its augmentation alone. */
export type Draw = object;

/** An augmentation with its settings, for images of one shape. */
export interface Augmentation<D extends Draw = Draw> {
  /** One draw for any number of images: the Siamese view, the same for both sides of a comparison. */
  draw(random: Random): D;
  /** Draws for a batch on which a network trains: one kind for the whole batch, numbers for each image. */
  drawBatch(count: number, random: Random): D[];
  /**
   * Image i under draw `drawOf[i]` (draw i when left out), all in one pass; differentiable once wherever
   * the plug-in is `forMatching`.
   * @param images [n, h, w, channels], normalised
   */
  view(images: tf.Tensor4D, draws: readonly D[], drawOf?: ArrayLike<number>): tf.Tensor4D;
}

export interface AugmentationPlugin<P extends Params = Params, D extends Draw = Draw> extends PluginInfo {
  params: P;
  /** Views are differentiable and may be shared by two sides; otherwise it serves only to train networks. */
  forMatching: boolean;
  build(params: ParamValues<P>, shape: ImageShape): Augmentation<D>;
}

/** Declares an augmentation; settings and draws keep their types inside the file and lose them outside. */
export function defineAugmentation<P extends Params, D extends Draw>(
  plugin: AugmentationPlugin<P, D>,
): AugmentationPlugin {
  return plugin;
}
