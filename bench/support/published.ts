/** What papers publish for CIFAR-10 with ConvNet-3, and how they evaluated it. Accuracies in percent. */

/** Mean and standard deviation. */
export type Figure = readonly [mean: number, std: number];

export interface Published {
  /** Of the row: the paper's own short name. */
  name: string;
  /** Id of the method here, or "random". */
  method: string;
  /** By images per class. */
  figures: Readonly<Record<number, Figure>>;
  /** Augmentation while distilling. */
  distilledWith: "dsa" | "none";
  /** Of the papers' evaluation. */
  epochs: number;
  /** Augmentation while networks are trained on the set: as while distilling, or none. */
  augmentation: "run" | "none";
  source: string;
}

const DATM = "table of Guo et al. 2024 (DATM)";
const DSA = { distilledWith: "dsa", epochs: 1000, augmentation: "run" } as const;
const PLAIN = { distilledWith: "none", epochs: 300, augmentation: "none" } as const;
const DATADAM = { ...DSA, epochs: 1800 } as const;

/**
 * The papers' own numbers; those of MTT and TESLA are the best of many evaluations of a run, MTT's with ZCA at 1 and 10
 * images, ATOM's with ZCA.
 */
export const PUBLISHED: readonly Published[] = [
  {
    name: "random",
    method: "random",
    figures: { 1: [15.4, 0.3], 10: [31.0, 0.5], 50: [50.6, 0.3] },
    ...DSA,
    source: DATM,
  },
  {
    name: "dc",
    method: "dc",
    figures: { 1: [28.3, 0.5], 10: [44.9, 0.5], 50: [53.9, 0.5] },
    ...PLAIN,
    source: DATM,
  },
  {
    name: "dsa",
    method: "dsa",
    figures: { 1: [28.8, 0.7], 10: [52.1, 0.5], 50: [60.6, 0.5] },
    ...DSA,
    source: DATM,
  },
  {
    name: "dcc",
    method: "dcc",
    figures: { 1: [32.9, 0.8], 10: [49.4, 0.5], 50: [61.6, 0.4] },
    ...PLAIN,
    source: "Lee et al. 2022 (unverified)",
  },
  {
    name: "dsac",
    method: "dcc",
    figures: { 1: [34.0, 0.7], 10: [54.5, 0.5], 50: [64.2, 0.4] },
    ...DSA,
    source: "Lee et al. 2022 (unverified)",
  },
  {
    name: "dm",
    method: "dm",
    figures: { 1: [26.0, 0.8], 10: [48.9, 0.6], 50: [63.0, 0.4] },
    ...DSA,
    source: DATM,
  },
  {
    name: "datadam",
    method: "datadam",
    figures: { 1: [32.0, 1.2], 10: [54.2, 0.8], 50: [67.0, 0.4] },
    ...DATADAM,
    source: "Sajedi et al. 2023 (unverified)",
  },
  {
    name: "atom",
    method: "atom",
    figures: { 1: [34.8, 1.0], 10: [57.9, 0.7], 50: [68.8, 0.5] },
    ...DATADAM,
    source: "Khaki et al. 2024 (unverified), evaluated here as DataDAM is",
  },
  {
    name: "mtt",
    method: "mtt",
    figures: { 1: [46.2, 0.8], 10: [65.4, 0.7], 50: [71.6, 0.2] },
    ...DSA,
    source: DATM,
  },
  {
    name: "tesla",
    method: "tesla",
    figures: { 1: [48.5, 0.8], 10: [66.4, 0.8], 50: [72.6, 0.7] },
    ...DSA,
    source: DATM,
  },
];

/** What an equal implementation reaches: the mean less two standard deviations, or less 1.5 points. */
export const barOf = ([mean, std]: Figure): number => mean - Math.max(2 * std, 1.5);
