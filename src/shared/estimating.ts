/** What a run will take, told before Start. Plain data: survives `structuredClone`. */
import type { ErrorInfo } from "./errors";

/**
 * What an iteration is made of: fresh weights; real images drawn and augmented; the forward pass; with the derivative
 * towards the images; the gradient of the training loss; the R-operator pass towards the images alone, and towards
 * everything.
 */
export type PassKind =
  "init" | "view" | "forward" | "imageGradient" | "weightGradient" | "imageTangent" | "fullTangent";

/** What is timed by itself: also images whitened by a matrix. */
export type TimedWork = PassKind | "whitening";

/** Milliseconds of one pass: `fixed + perImage * images`. */
export interface PassTime {
  fixed: number;
  perImage: number;
}

/** How long the passes of one network take on one device. */
export interface PassTimes {
  /** "measured" pass by pass, or "rough": from the speed of one small convolution. */
  basis: "measured" | "rough";
  kinds: Partial<Record<TimedWork, PassTime>>;
}

export interface RunEstimate {
  /** Backend, adapter, network, image shape and augmentation: what `PassTimes` hold for. */
  key: string;
  /** What this run is made of. */
  kinds: TimedWork[];
  /** Seconds; null without `PassTimes`. */
  time: {
    /** Once, when the images are loaded; 0 where they are not whitened. */
    whitening: number;
    matching: number;
    evaluations: number;
    experts: number;
    basis: PassTimes["basis"];
  } | null;
  /** Largest tensor memory of the backend at any moment, bytes. */
  bytes: number;
  /** Of the real images, in the memory of the tab. */
  dataBytes: number;
  /** Why it will not fit, and which settings would. */
  problem: ErrorInfo | null;
}
