/** What records must look like, as small checks that say where one does not. Keys that are not named are let through. */
import { StoredArray } from "./recordCodec";

/** "" when the value is right, else where it is not: "counts.train[3] is no count". */
export type Shape = (value: unknown, at: string) => string;

const is =
  (what: string, test: (value: unknown) => boolean): Shape =>
  (value, at) =>
    test(value) ? "" : `${at || "it"} is no ${what}`;

export const text = is("text", (value) => typeof value === "string");
export const number = is("number", (value) => typeof value === "number");
export const truth = is("yes or no", (value) => typeof value === "boolean");
export const count = is("count", (value) => Number.isSafeInteger(value) && (value as number) >= 0);
export const positive = is("count above 0", (value) => Number.isSafeInteger(value) && (value as number) > 0);
export const hash = is("SHA-256", (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value));
export const bytes = is("Blob", (value) => value instanceof Blob);
export const byteArray = is("array of bytes", (value) =>
  value instanceof StoredArray ? value.type === "Uint8Array" : value instanceof Uint8Array,
);

export const oneOf = (...values: readonly unknown[]): Shape =>
  is(`${values.slice(0, -1).join(", ")} or ${String(values.at(-1))}`, (value) => values.includes(value));

export const listOf =
  (item: Shape): Shape =>
  (value, at) => {
    if (!Array.isArray(value)) return `${at || "it"} is no list`;
    return firstFault(value.map((member, index) => () => item(member, `${at}[${index}]`)));
  };

export const record =
  (fields: Record<string, Shape>): Shape =>
  (value, at) => {
    if (!isObject(value)) return `${at || "it"} is no record`;
    const faults = Object.entries(fields).map(
      ([key, shape]) =>
        () =>
          shape(Object.hasOwn(value, key) ? value[key] : undefined, at ? `${at}.${key}` : key),
    );
    return firstFault(faults);
  };

/** Any keys, all values of one shape. */
export const mapOf =
  (item: Shape): Shape =>
  (value, at) =>
    isObject(value)
      ? firstFault(
          Object.entries(value).map(
            ([key, member]) =>
              () =>
                item(member, `${at}.${key}`),
          ),
        )
      : `${at || "it"} is no record`;

export const optional =
  (shape: Shape): Shape =>
  (value, at) =>
    value === undefined ? "" : shape(value, at);

export const nullable =
  (shape: Shape): Shape =>
  (value, at) =>
    value === null ? "" : shape(value, at);

const param: Shape = (value, at) =>
  ["number", "string", "boolean"].includes(typeof value) ? "" : `${at} is no setting`;
export const params = mapOf(param);
export const choice = record({ id: text, params });
export const config = record({
  datasetId: text,
  run: params,
  method: choice,
  network: choice,
  augmentation: choice,
  evaluation: choice,
});
export const imageShape = record({ height: positive, width: positive, channels: oneOf(1, 3) });
export const split = oneOf("train", "test");
export const scores = listOf(
  record({ iteration: count, accuracies: listOf(number), mean: number, std: number }),
);
export const errorShape = record({ name: text, message: text, hint: text });

function firstFault(checks: readonly (() => string)[]): string {
  for (const check of checks) {
    const fault = check();
    if (fault) return fault;
  }
  return "";
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Blob);
