/** What the page knows of the formats that a synthetic set can be written in. */

/** Lines that open what a format wrote, as they are copied. */
export interface LoaderLines {
  /** "PyTorch", "NumPy and JAX", … */
  library: string;
  code: string;
}

/** An export that is written. */
export interface ExportWritten {
  name: string;
  bytes: number;
  /** Null where it went straight to its place. */
  blob: Blob | null;
}

export interface ExportFormat {
  id: string;
  label: string;
  /** One sentence: what it is for. */
  about: string;
  /** The files by their names, for the eye: "images.pt, labels.pt". */
  files: string;
  /** Written unless the person says otherwise. */
  isDefault: boolean;
  loaders: readonly LoaderLines[];
}
