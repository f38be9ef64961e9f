/**
 * PyTorch's .pt: a stored zip with `data.pkl` (a pickle that says shape, strides and storage), `data/0` (the raw
 * values, little-endian), `version` and `byteorder`, all under one top folder. The pickle written here is
 * that of `torch.save`, so it opens with the default `weights_only=True`.
 * Source: torch/serialization.py and caffe2/serialize/inline_container.cc.
 */
import { UserError } from "@/shared/errors";
import { numpyGlobals } from "./numpyPickle";
import { PickleGlobal, readPickle, type PickleValue } from "./pickle";
import { PickleWriter } from "./pickleWriter";
import { decodeStoredZip, encodeStoredZip } from "./zipStored";

const STORAGES = {
  float32: { name: "FloatStorage", array: Float32Array },
  float64: { name: "DoubleStorage", array: Float64Array },
  int64: { name: "LongStorage", array: BigInt64Array },
  int32: { name: "IntStorage", array: Int32Array },
  int16: { name: "ShortStorage", array: Int16Array },
  int8: { name: "CharStorage", array: Int8Array },
  uint8: { name: "ByteStorage", array: Uint8Array },
  bool: { name: "BoolStorage", array: Uint8Array },
} as const;

export type PtDtype = keyof typeof STORAGES;
export type PtData<D extends PtDtype = PtDtype> = InstanceType<(typeof STORAGES)[D]["array"]>;

/** Values in C order: `data.length` is the product of `shape`. */
export class PtTensor<D extends PtDtype = PtDtype> {
  constructor(
    readonly shape: readonly number[],
    readonly dtype: D,
    readonly data: PtData<D>,
  ) {}
}

const VERSION = "3\n";
/** Tensors may look at the same values; copies of them all may take this many times the file. */
const MAX_SHARING = 64;
const product = (shape: readonly number[]): number => shape.reduce((all, n) => all * n, 1);

/** What `torch.save` takes here: tensors, numbers, texts, lists and dictionaries of them. */
export type PtValue = PtTensor | number | string | readonly PtValue[] | ReadonlyMap<string, PtValue>;

/**
 * The bytes of `torch.save(value, "<stem>.pt")`; of a single tensor they are exactly torch's own.
 * @param stem the name of the folder inside, as torch uses the file's name
 * @throws Error when shape and data of a tensor do not agree
 */
export function encodePt(value: PtValue, stem: string): Uint8Array<ArrayBuffer> {
  const tensors: PtTensor[] = [];
  const pickle = new PickleWriter();
  writeValue(pickle, value, tensors);
  const text = new TextEncoder();
  return encodeStoredZip([
    { path: `${stem}/data.pkl`, bytes: pickle.finish() },
    { path: `${stem}/byteorder`, bytes: text.encode("little") },
    ...tensors.map(({ data }, key) => ({
      path: `${stem}/data/${key}`,
      bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    })),
    { path: `${stem}/version`, bytes: text.encode(VERSION) },
  ]);
}

/** @param tensors those written so far; a tensor's values are named by its place in the list */
function writeValue(pickle: PickleWriter, value: PtValue, tensors: PtTensor[]): void {
  if (value instanceof PtTensor) {
    writeTensor(pickle, value, tensors.length);
    tensors.push(value);
  } else if (typeof value === "number") pickle.float(value);
  else if (typeof value === "string") pickle.text(value);
  else if (value instanceof Map)
    pickle.dictionary(value as ReadonlyMap<string, PtValue>, (each) => writeValue(pickle, each, tensors));
  else pickle.list(value as readonly PtValue[], (each) => writeValue(pickle, each, tensors));
}

/** _rebuild_tensor_v2(persistent("storage", FloatStorage, key, "cpu", count), 0, shape, strides, False, OrderedDict()) */
function writeTensor(pickle: PickleWriter, { shape, dtype, data }: PtTensor, key: number): void {
  if (product(shape) !== data.length)
    throw new Error(
      `encodePt(): expected ${product(shape)} values for [${shape.join(", ")}], got ${data.length}`,
    );
  pickle.global("torch._utils", "_rebuild_tensor_v2").ascii("((");
  pickle.text("storage").global("torch", STORAGES[dtype].name).text(String(key)).text("cpu");
  pickle.integer(data.length).ascii("t").put().ascii("Q");
  pickle.integer(0).tuple(shape).tuple(stridesOf(shape)); // 0: the offset in the storage
  pickle.ascii("\x89"); // requires_grad: False
  pickle.global("collections", "OrderedDict").ascii(")R").put(); // no backward hooks
  pickle.ascii("t").put().ascii("R").put();
}

const stridesOf = (shape: readonly number[]): number[] =>
  shape.map((_, axis) => product(shape.slice(axis + 1)));

/**
 * What `torch.load` would give, built from plain values: tensors as `PtTensor`, dictionaries as `Map`, tuples and
 * lists as arrays. Nothing in the file is run.
 * @throws UserError when the file is damaged, not from `torch.save`, or holds more than tensors and plain values
 */
export function decodePt(bytes: Uint8Array, where = "the .pt file"): PickleValue {
  const entries = decodeStoredZip(bytes, where);
  const pickle = [...entries.keys()].find((path) => /^[^/]+\/data\.pkl$/.test(path));
  if (pickle === undefined)
    throw new UserError(
      `${where} holds no data.pkl.`,
      "Save it with torch.save(tensor, file), PyTorch 1.6 or later.",
    );
  const top = pickle.slice(0, -"data.pkl".length);
  const order = entries.get(`${top}byteorder`);
  if (order && new TextDecoder().decode(order) !== "little")
    throw new UserError(`${where} was written on a big-endian machine.`, "Save it on another one.");

  let copied = 0;
  const storages = new Map<string, Storage>();
  const persistent = (id: PickleValue): Storage => {
    const [tag, type, key] = Array.isArray(id) ? (id as PickleValue[]) : [];
    const dtype = type instanceof PickleGlobal ? dtypeOf(type.path.slice("torch ".length)) : undefined;
    const body = typeof key === "string" ? entries.get(`${top}data/${key}`) : undefined;
    if (tag !== "storage" || typeof key !== "string" || !dtype || !body)
      throw new UserError(`${where} refers to values that are not in it.`, "Save it again.");
    const known = storages.get(`${dtype} ${key}`);
    if (known) return known;
    const { array } = STORAGES[dtype];
    const copy = new Uint8Array(body.length - (body.length % array.BYTES_PER_ELEMENT)); // aligned
    copy.set(body.subarray(0, copy.length));
    const storage = new Storage(dtype, new array(copy.buffer));
    storages.set(`${dtype} ${key}`, storage);
    return storage;
  };
  const globals: Record<string, (args: PickleValue[]) => PickleValue> = {
    "torch._utils _rebuild_tensor_v2": (args) => {
      const tensor = rebuildTensor(args, where);
      copied += tensor.data.byteLength;
      if (copied > MAX_SHARING * bytes.length)
        throw new UserError(`${where} holds the same values again and again.`, "Save clones of the tensors.");
      return tensor;
    },
    "torch._utils _rebuild_parameter": ([tensor]) => tensor,
    "collections OrderedDict": () => new Map(),
    ...numpyGlobals(where), // accuracies beside distilled sets are numbers of NumPy
  };
  for (const { name } of Object.values(STORAGES)) {
    globals[`torch ${name}`] = () => {
      throw new UserError(`${where} calls a storage type.`, "Only plain tensors are read.");
    };
  }
  return readPickle(entries.get(pickle)!, { globals, persistent }, where);
}

/** The values that one or more tensors look at. */
class Storage {
  constructor(
    readonly dtype: PtDtype,
    readonly values: PtData,
  ) {}
}

const dtypeOf = (name: string): PtDtype | undefined =>
  (Object.keys(STORAGES) as PtDtype[]).find((dtype) => STORAGES[dtype].name === name);

/** A contiguous copy of the view (offset, shape, strides) of a storage. */
function rebuildTensor(args: PickleValue[], where: string): PtTensor {
  const [storage, offset, shape, strides] = args as [Storage, number, number[], number[]];
  const whole = (list: unknown): boolean =>
    Array.isArray(list) && list.every((n) => Number.isSafeInteger(n) && n >= 0);
  const broken = () =>
    new UserError(`${where} holds a tensor that does not fit its values.`, "Save it again.");
  if (!(storage instanceof Storage)) throw broken();
  if (!whole([offset]) || !whole(shape) || !whole(strides) || shape.length !== strides.length) throw broken();
  const count = product(shape);
  const last = offset + shape.reduce((sum, n, axis) => sum + (n - 1) * strides[axis]!, 0);
  if (!(count <= storage.values.length) || (count > 0 && last >= storage.values.length)) throw broken();

  const data = storage.values.slice(0, count);
  const index = shape.map(() => 0);
  let from = offset;
  for (let to = 0; to < count; to++) {
    data[to] = storage.values[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return new PtTensor(shape, storage.dtype, data);
}
