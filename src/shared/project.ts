/** What the page and the data worker say to each other about project files. Plain data. */

/** What goes into a project file; everything else that is stored always does. */
export interface ProjectChoice {
  /** The images of the datasets; without them a dataset is its facts, report and preview. */
  images: boolean;
  /** Expert trajectories. */
  experts: boolean;
}

/** What the page itself keeps between visits, by key. */
export type ProjectSettings = Record<string, string>;

export interface ProjectProgress {
  phase: "writing" | "checking" | "storing";
  /** Bytes; `total` is 0 while it is not known. */
  done: number;
  total: number;
  perSecond: number;
  /** Seconds left, null while it cannot be said. */
  eta: number | null;
}

/** What a project file would hold, and how large that is. */
export interface ProjectSize {
  datasets: number;
  runs: number;
  /** Bytes of images, of experts, and of all the rest. */
  images: number;
  experts: number;
  rest: number;
}

/** Something that is stored and damaged, and therefore not in the file. */
export interface LeftOut {
  what: string;
  why: string;
}

export interface ProjectWritten {
  name: string;
  bytes: number;
  leftOut: LeftOut[];
  /** The file, where it was not written to a place that the person chose. */
  blob: Blob | null;
}

export interface ProjectOpened {
  /** Things that are now here, by what they are called: "dataset", "kept set", … */
  added: Record<string, number>;
  /** Things that were here already, the same. */
  known: number;
  /** Datasets whose images were not in the file. */
  withoutImages: string[];
  /** Names under which things came that differ from those here of the same id. */
  beside: string[];
  /** What was damaged already when the file was saved. */
  leftOut: LeftOut[];
  settings: ProjectSettings;
}
