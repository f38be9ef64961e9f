/** What a person decides about files that become a dataset. Plain data: it is kept with the dataset. */

/** What becomes of an image whose sides stand in another ratio than the target's. */
export const FITS = ["crop", "stretch", "pad"] as const;
export type Fit = (typeof FITS)[number];

/** Which images of a class stay where it has more than it may. */
export const DRAWS = ["first", "random"] as const;
export type Draw = (typeof DRAWS)[number];

/** What the person decided. */
export interface ImportChoices {
  name: string;
  size: { width: number; height: number };
  channels: 1 | 3;
  /** Share of the images that becomes the test split when the files have none, 0 … 0.5. */
  testShare: number;
  seed: number;
  /** The id of one of the plan's labellings; the first unless told. */
  labelling?: string;
  /** "crop" unless told: the largest centred part of the target's ratio. */
  fit?: Fit;
  /**
   * The name that each class of the files gets; null leaves its images out, and what has the same name becomes one
   * class. As the files have them unless told.
   */
  classes?: (string | null)[];
  /** Images of a class that a split takes at most; all of them unless told. */
  most?: { train?: number; test?: number };
  /** "first" unless told. */
  draw?: Draw;
  /** The id of a stored dataset whose images come first in the new one. */
  addTo?: string;
}
