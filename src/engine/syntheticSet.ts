import * as tf from "@tensorflow/tfjs";
import type { ImageShape } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type { Random } from "@/shared/random";
import type { SavedTensors } from "./engineState";
import type { SgdSettings } from "./optimizer";
import { Sgd } from "./optimizer";
import type { RealData } from "./realData";

/** A run that begins with a kept set has its images among what it starts with (`Start`). */
export type Initialisation = "real" | "noise" | "set";

/** What is learned starts with what is found here, by name. */
export interface Start {
  tensors: SavedTensors;
  /** A state to go on from holds all that is learned; a set that a run begins with may lack some of it. */
  isWhole: boolean;
}

/** The logits of learned targets, by the name of a learnable. */
export const TARGET_LOGITS = "targetLogits";
/** The count of updates that were left out, among the tensors of a state. */
const SKIPPED = "skipped";

interface Learnable {
  variable: tf.Variable;
  optimizer: Sgd;
}

/** The images that are learned, class after class, and whatever else a method learns beside them. */
export class SyntheticSet {
  readonly shape: ImageShape;
  readonly classes: number;
  /** Class index of each image: 0 … 0, 1 … 1, … */
  readonly labels: Uint16Array<ArrayBuffer>;
  private softTargets: tf.Tensor2D | null = null;
  /** How many updates did not count, a scalar; null where all do. */
  private skipped: tf.Tensor | null = null;
  private readonly learnables = new Map<string, Learnable>();

  /**
   * @param images [classes * ipc, h, w, channels]; taken over and disposed here
   * @param start what to go on from, or to begin with
   */
  constructor(
    images: tf.Tensor4D,
    private readonly realData: RealData,
    readonly ipc: number,
    settings: SgdSettings,
    private readonly start?: Start,
  ) {
    this.shape = realData.shape;
    this.classes = realData.classNames.length;
    this.labels = Uint16Array.from({ length: this.classes * ipc }, (_, i) => Math.floor(i / ipc));
    try {
      this.learn("images", images, settings);
      const targets = start?.tensors("targets", [this.labels.length, this.classes]);
      if (targets) this.softTargets = tf.keep(targets as tf.Tensor2D);
      const skipped = start?.tensors(SKIPPED, []);
      if (skipped) this.skipped = tf.keep(skipped);
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** [classes * ipc, h, w, channels], normalised */
  get images(): tf.Tensor4D {
    return this.value("images") as tf.Tensor4D;
  }

  /** Images per class, as `segmentMean` wants them. */
  get counts(): number[] {
    return new Array<number>(this.classes).fill(this.ipc);
  }

  /** What networks train towards, [classes * ipc, classes]: one-hot unless set or learned; the caller disposes it. */
  targets(): tf.Tensor2D {
    if (this.learns(TARGET_LOGITS))
      return tf.tidy(() => tf.softmax(this.value(TARGET_LOGITS) as tf.Tensor2D));
    if (this.softTargets) return this.softTargets.clone();
    return tf.tidy(() =>
      tf.oneHot(tf.tensor1d(Int32Array.from(this.labels), "int32"), this.classes).toFloat(),
    ) as tf.Tensor2D;
  }

  get hasSoftTargets(): boolean {
    return this.softTargets !== null;
  }

  /** Replaces the targets by distributions that a method makes; keeps a copy. */
  setTargets(targets: tf.Tensor2D): void {
    this.softTargets?.dispose();
    this.softTargets = tf.keep(targets.clone());
  }

  /** Puts other first images in the place of those that were drawn; takes them over. */
  replaceImages(images: tf.Tensor4D): void {
    this.entry("images").variable.assign(images);
    images.dispose();
  }

  /** Learns the targets from now on, as the softmax of these logits [classes * ipc, classes]; takes them over. */
  learnTargets(logits: tf.Tensor2D, settings: SgdSettings): void {
    this.learn(TARGET_LOGITS, logits, settings);
    this.softTargets?.dispose();
    this.softTargets = null;
  }

  /** Whether what the run goes on from has learned targets: `learnTargets` then begins with them. */
  get hasLearnedTargets(): boolean {
    const saved = this.start?.tensors(TARGET_LOGITS, [this.labels.length, this.classes]);
    saved?.dispose();
    return saved != null;
  }

  /** Whether something of this name is learned. */
  learns(name: string): boolean {
    return this.learnables.has(name);
  }

  /** The current value of something learned; belongs to the set. */
  value(name: string): tf.Tensor {
    return this.entry(name).variable;
  }

  /**
   * Adds something learned ("synLr", "targetLogits"), with its own optimizer; takes `initial` over.
   * @throws UserError when the saved state lacks it
   */
  learn(name: string, initial: tf.Tensor, settings: SgdSettings): void {
    if (this.learnables.has(name)) throw new Error(`SyntheticSet.learn(): "${name}" is learned already`);
    let value: tf.Tensor | null = initial;
    try {
      value = this.start?.tensors(name, initial.shape) ?? (this.start?.isWhole ? null : initial);
      if (!value) throw new UserError(`The saved run holds no "${name}".`, "Start a new run.");
      const optimizer = new Sgd(settings);
      this.learnables.set(name, { variable: tf.variable(value), optimizer });
      const velocity = this.start?.tensors(`${name}.velocity`, initial.shape);
      if (velocity) optimizer.restore(velocity);
    } finally {
      initial.dispose();
      value?.dispose();
    }
  }

  /** All that decides what becomes of the set, by the names of a saved state; belongs to the set. */
  state(): Record<string, tf.Tensor> {
    const tensors: Record<string, tf.Tensor> = {};
    for (const [name, { variable, optimizer }] of this.learnables) {
      tensors[name] = variable;
      if (optimizer.velocity) tensors[`${name}.velocity`] = optimizer.velocity;
    }
    if (this.softTargets) tensors["targets"] = this.softTargets;
    if (this.skipped) tensors[SKIPPED] = this.skipped;
    return tensors;
  }

  /**
   * One optimizer step for each learnable that has a gradient.
   * @param counts a truth value: when false nothing changes, and the update is counted as skipped
   */
  update(gradients: Record<string, tf.Tensor>, counts?: tf.Scalar): void {
    for (const [name, gradient] of Object.entries(gradients)) {
      const { variable, optimizer } = this.entry(name);
      optimizer.step(variable, gradient, counts);
    }
    if (!counts) return;
    const skipped = tf.tidy(() => tf.sub(this.skipped?.add(1) ?? 1, counts.toFloat()));
    this.skipped?.dispose();
    this.skipped = tf.keep(skipped);
  }

  /** How many updates did not count; null where all do. */
  async skippedUpdates(): Promise<number | null> {
    return this.skipped && (await this.skipped.data())[0]!;
  }

  /**
   * The learned floats, exactly.
   * @throws UserError if one of them is not a number any more
   */
  async read(): Promise<Float32Array<ArrayBuffer>> {
    const values = Float32Array.from(await this.images.data());
    if (!values.every(Number.isFinite))
      throw new UserError(
        "The synthetic images are not numbers any more: the run has diverged.",
        'Start again with a smaller "Image learning rate".',
        "diverged",
      );
    return values;
  }

  /** RGBA bytes for the eye, [n][height][width][4]. */
  async picture(values: Float32Array): Promise<Uint8ClampedArray<ArrayBuffer>> {
    return toRgba(await this.realData.preprocessed.toBytes(values), this.shape.channels);
  }

  dispose(): void {
    tf.dispose([this.softTargets, this.skipped].filter((tensor) => tensor !== null));
    this.softTargets = this.skipped = null;
    for (const { variable, optimizer } of this.learnables.values()) {
      variable.dispose();
      optimizer.dispose();
    }
    this.learnables.clear();
  }

  private entry(name: string): Learnable {
    const learnable = this.learnables.get(name);
    if (!learnable) throw new Error(`SyntheticSet: nothing called "${name}" is learned`);
    return learnable;
  }
}

function toRgba(bytes: Uint8ClampedArray, channels: number): Uint8ClampedArray<ArrayBuffer> {
  const count = bytes.length / channels;
  const rgba = new Uint8ClampedArray(count * 4);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) rgba[i * 4 + c] = bytes[i * channels + (channels === 1 ? 0 : c)]!;
    rgba[i * 4 + 3] = 255;
  }
  return rgba;
}

/**
 * The first images: `ipc` different real images of each class, standard normal noise in normalised space, or zeros
 * in the place of those of a kept set.
 * @throws UserError if a class has fewer images than `ipc`
 */
export function firstImages(
  realData: RealData,
  ipc: number,
  how: Initialisation,
  random: Random,
): tf.Tensor4D {
  const { shape, classNames } = realData;
  if (how !== "real") {
    const { height, width, channels } = shape;
    const values = new Float32Array(classNames.length * ipc * height * width * channels);
    if (how === "noise") random.fillNormal(values);
    return tf.tensor4d(values, [classNames.length * ipc, height, width, channels]);
  }
  const counts = realData.counts("train");
  const fewest = counts.indexOf(Math.min(...counts));
  if (counts[fewest]! < ipc)
    throw new UserError(
      `"${classNames[fewest]}" has ${counts[fewest]} training images, fewer than "Images per class (IPC)" ${ipc}.`,
      "Choose a smaller IPC, or noise as the initialisation.",
    );
  return realData.drawPerClass(ipc, random).images;
}
