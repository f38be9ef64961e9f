/** The labels of a distilled set as its files have them: class numbers, rows of shares or scores, both, or none. */
import { UserError } from "@/shared/errors";
import { readWhole, type SourceArray } from "../readers/arrays/sourceArray";
import { pickArray } from "./pickArray";

export interface SetLabels {
  /** Class number of each image, null where the files have none. */
  labels: Uint16Array<ArrayBuffer> | null;
  /** Shares of the classes [n, softClasses], null where labels are hard. */
  targets: Float32Array<ArrayBuffer> | null;
  /** Columns of `targets`, 0 without. */
  softClasses: number;
  /** The rows were scores; softmax made shares of them, as the code of DATM and PAD does. */
  wereScores: boolean;
}

const HARD = /^(labels?|label_syn|labels_syn|syn_labels|targets|y)(_best|_\d+)?$/i;
const SOFT = /^soft_labels?(_best|_\d+)?$/i;
const MOST_CLASSES = 65_536;
/** Shares of float32 sum to 1 within this. */
const TOLERANCE = 1e-3;

/** @throws UserError when there are more or fewer than images, or they are no labels */
export async function readSetLabels(
  arrays: ReadonlyMap<string, SourceArray>,
  images: number,
  file: string,
): Promise<SetLabels> {
  const found: SetLabels = { labels: null, targets: null, softClasses: 0, wereScores: false };
  for (const source of [pickArray(arrays, HARD), pickArray(arrays, SOFT)]) {
    if (!source) continue;
    const [count = 0, columns = 1] = source.shape;
    if (source.shape.length < 1 || source.shape.length > 2 || columns > MOST_CLASSES)
      throw new UserError(
        `${source.where} has the shape (${source.shape.join(", ")}): it is no list of labels.`,
        "Labels are class numbers [n] or soft labels [n, classes].",
      );
    if (count !== images)
      throw new UserError(
        `${file} has ${images} images and ${count} labels in "${source.name}".`,
        "Drop the images and labels of one set together.",
      );
    const values = await readWhole(source);
    if (columns === 1) found.labels = classNumbers(values, source.where);
    else Object.assign(found, sharesOf(values, columns, source.where), { softClasses: columns });
  }
  return found;
}

function classNumbers(values: ArrayLike<number>, where: string): Uint16Array<ArrayBuffer> {
  return Uint16Array.from(values, (value) => {
    if (Number.isInteger(value) && value >= 0 && value < MOST_CLASSES) return value;
    throw new UserError(`${where} holds ${value}, which is no class number.`, "Classes are counted from 0.");
  });
}

/** Rows of shares as they are; rows of scores by softmax. */
function sharesOf(
  values: ArrayLike<number>,
  columns: number,
  where: string,
): Pick<SetLabels, "targets" | "wereScores"> {
  const rows = Float32Array.from(values);
  if (!rows.every(Number.isFinite))
    throw new UserError(`${where} holds what is no number.`, "The set has diverged or is damaged.");
  const starts = Array.from({ length: rows.length / columns }, (_, row) => row * columns);
  const isShare = (start: number) => {
    const row = rows.subarray(start, start + columns);
    const sum = row.reduce((total, value) => total + value, 0);
    return Math.abs(sum - 1) <= TOLERANCE && row.every((value) => value >= 0);
  };
  if (starts.every(isShare)) return { targets: rows, wereScores: false };
  for (const start of starts) {
    const row = rows.subarray(start, start + columns);
    const most = Math.max(...row);
    const powers = Array.from(row, (value) => Math.exp(value - most));
    const sum = powers.reduce((total, value) => total + value, 0);
    row.set(powers.map((value) => value / sum));
  }
  return { targets: rows, wereScores: true };
}
