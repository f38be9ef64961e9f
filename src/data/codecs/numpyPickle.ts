/**
 * NumPy's arrays and numbers inside a pickle, as plain values: what `readPickle` is told so that it can build them.
 * Source: numpy/_core/src/multiarray/methods.c, `array_reduce` and `array_setstate`; protocol 5 in numpy/_core/numeric.py.
 */
import { UserError } from "@/shared/errors";
import { PickleObject, type PickleHooks, type PickleValue } from "./pickle";

const ARRAYS = {
  b1: Uint8Array,
  u1: Uint8Array,
  i1: Int8Array,
  u2: Uint16Array,
  i2: Int16Array,
  u4: Uint32Array,
  i4: Int32Array,
  u8: BigUint64Array,
  i8: BigInt64Array,
  f4: Float32Array,
  f8: Float64Array,
} as const;

type NumpyKind = keyof typeof ARRAYS;
export type NumpyData = InstanceType<(typeof ARRAYS)[NumpyKind]>;

class NumpyDtype extends PickleObject {
  constructor(
    readonly kind: NumpyKind,
    private readonly where: string,
  ) {
    super();
  }

  /** (version, byte order, …) */
  setState(state: PickleValue): void {
    const order = Array.isArray(state) ? (state as PickleValue[])[1] : undefined;
    if (order === ">" && ARRAYS[this.kind].BYTES_PER_ELEMENT > 1)
      throw new UserError(`${this.where} holds big-endian numbers.`, "Save it on another machine.");
  }
}

/** An array of a pickle. */
export class NumpyArray extends PickleObject {
  shape: readonly number[] = [];
  data: NumpyData = new Uint8Array(0);

  constructor(private readonly where: string) {
    super();
  }

  /** (version, shape, dtype, whether in Fortran order, bytes) */
  setState(state: PickleValue): void {
    if (!Array.isArray(state) || state.length !== 5) throw this.broken();
    const [, shape, dtype, fortran, values] = state as PickleValue[];
    this.fill(values, dtype, shape, fortran === true);
  }

  /** @throws UserError when the bytes are not those of such an array */
  fill(values: PickleValue, dtype: PickleValue, shape: PickleValue, isFortran: boolean): void {
    const isShape =
      Array.isArray(shape) && shape.every((n: unknown) => Number.isSafeInteger(n) && (n as number) >= 0);
    if (!isShape || !(dtype instanceof NumpyDtype)) throw this.broken();
    const dims = shape as number[];
    const count = dims.reduce((product, n) => product * n, 1);
    const bytes = typeof values === "string" ? bytesOf(values) : values;
    const array = ARRAYS[dtype.kind];
    if (!(bytes instanceof Uint8Array) || bytes.length !== count * array.BYTES_PER_ELEMENT)
      throw this.broken();
    if (isFortran && dims.filter((n) => n > 1).length > 1)
      throw new UserError(
        `${this.where} holds an array in Fortran order.`,
        "Save np.ascontiguousarray(array) instead.",
      );
    const isAligned = bytes.byteOffset % array.BYTES_PER_ELEMENT === 0;
    const own = isAligned ? bytes : Uint8Array.from(bytes);
    this.shape = dims;
    this.data = new array(own.buffer as ArrayBuffer, own.byteOffset, count);
  }

  private broken(): UserError {
    return new UserError(`${this.where} holds an array that does not fit its values.`, "Save it again.");
  }
}

/** The names that NumPy 1 and 2 give to what builds arrays and numbers. */
const MODULES = ["numpy.core.multiarray", "numpy._core.multiarray"];
const NUMERIC = ["numpy.core.numeric", "numpy._core.numeric"];

/** What may be named in a pickle with arrays: `NumpyArray`s, plain numbers and bytes come of it. */
export function numpyGlobals(where: string): PickleHooks["globals"] {
  const refuse = (what: string) =>
    new UserError(`${where} ${what}.`, "Only plain arrays of numbers are read; nothing in it was run.");
  const dtype = ([name]: PickleValue[]): NumpyDtype => {
    if (typeof name !== "string" || !Object.hasOwn(ARRAYS, name))
      throw refuse(`holds an array of "${String(name)}"`);
    return new NumpyDtype(name as NumpyKind, where);
  };
  const scalar = ([type, bytes]: PickleValue[]): number => {
    const array = new NumpyArray(where);
    array.fill(bytes, type, [], false);
    return Number(array.data[0]);
  };
  const fromBuffer = ([bytes, type, shape, order]: PickleValue[]): NumpyArray => {
    const array = new NumpyArray(where);
    array.fill(bytes, type, shape, order === "F");
    return array;
  };
  const encode = ([text, encoding]: PickleValue[]): Uint8Array => {
    if (typeof text !== "string" || encoding !== "latin1") throw refuse("encodes a text in its own way");
    return bytesOf(text);
  };
  return {
    "numpy dtype": dtype,
    "numpy ndarray": () => {
      throw refuse("calls ndarray");
    },
    "_codecs encode": encode,
    ...Object.fromEntries(MODULES.map((module) => [`${module} _reconstruct`, () => new NumpyArray(where)])),
    ...Object.fromEntries(MODULES.map((module) => [`${module} scalar`, scalar])),
    ...Object.fromEntries(NUMERIC.map((module) => [`${module} _frombuffer`, fromBuffer])),
  };
}

/** A letter stands for its byte, as Python 2 and protocol 2 write bytes. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
