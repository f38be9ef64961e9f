/** Labels of an array: class numbers, one-hot rows, or soft labels. */
import { UserError } from "@/shared/errors";
import { isFloat, readWhole, type SourceArray } from "./sourceArray";

const REMEDY = "Save images and labels of the same count and one size, labels as class numbers from 0.";

export interface ClassNumbers {
  /** As stored, or the column of each row's largest entry. */
  numbers: Float64Array;
  /** Rows of shares: their largest was taken. */
  areSoft: boolean;
}

/** @param images that must be labelled @throws UserError when they are no labels of one class per image */
export async function readClassNumbers(
  source: SourceArray,
  images: number,
  file: string,
): Promise<ClassNumbers> {
  const { shape, where, name, kind } = source;
  const [count = 0, columns = 1] = shape;
  if (shape.length < 1 || shape.length > 2)
    throw new UserError(`${where} has the shape (${shape.join(", ")}): it is no list of labels.`, REMEDY);
  if (count !== images)
    throw new UserError(`${file} has ${images} images but ${count} labels in "${name}".`, REMEDY);
  const values = await readWhole(source);
  const isTable = shape.length === 2 && columns > 1;
  if (isTable) return largestOf(values, columns, isFloat(kind), where);
  const numbers = Float64Array.from(values);
  const wrong = numbers.find((number) => !Number.isInteger(number));
  if (wrong !== undefined) throw new UserError(`${where} holds ${wrong}, which is no class number.`, REMEDY);
  return { numbers, areSoft: false };
}

function largestOf(
  values: ArrayLike<number>,
  columns: number,
  mayBeSoft: boolean,
  where: string,
): ClassNumbers {
  const numbers = new Float64Array(values.length / columns);
  let areSoft = false;
  for (let row = 0; row < numbers.length; row++) {
    let best = 0;
    let ones = 0;
    let others = 0; // entries that are neither 0 nor 1
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column]!;
      if (!Number.isFinite(value)) throw new UserError(`${where} holds ${value}, which is no label.`, REMEDY);
      if (value === 1) ones++;
      else if (value !== 0) others++;
      if (value > values[row * columns + best]!) best = column;
    }
    if (others > 0 ? !mayBeSoft : ones !== 1)
      throw new UserError(
        `${where} has several labels per image, or none (row ${row}).`,
        "Only datasets with one class per image can be distilled.",
      );
    areSoft ||= others > 0;
    numbers[row] = best;
  }
  return { numbers, areSoft };
}
