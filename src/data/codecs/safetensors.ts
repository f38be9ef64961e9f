/**
 * safetensors: 8 bytes of header length (little-endian), a JSON header that tells each tensor's dtype, shape and
 * place, then the values. Source: github.com/huggingface/safetensors, "Format". Only slices of a file are read, so
 * one larger than the memory is no trouble.
 */
import { UserError } from "@/shared/errors";
import { fromFloat16 } from "./float16";

const ITEM_BYTES = { F32: 4, F16: 2, I64: 8, U8: 1 } as const;
export type SafetensorsDtype = keyof typeof ITEM_BYTES;

/** F16 as the bits of its halves. */
export interface SafetensorsData {
  F32: Float32Array<ArrayBuffer>;
  F16: Uint16Array<ArrayBuffer>;
  I64: BigInt64Array<ArrayBuffer>;
  U8: Uint8Array<ArrayBuffer>;
}

/** Values in C order: `data.length` is the product of `shape`. */
export type SafetensorsTensor = {
  [D in SafetensorsDtype]: { dtype: D; shape: readonly number[]; data: SafetensorsData[D] };
}[SafetensorsDtype];

/** A tensor of a file, not read yet. */
export interface SafetensorsEntry {
  dtype: SafetensorsDtype;
  shape: readonly number[];
  /** Bytes of the values. */
  bytes: number;
  /** Where the values start in the file. */
  offset: number;
}

/** Room for 100,000 tensors. The reference allows six times as much, which takes a gigabyte to parse. */
const MAX_HEADER = 16 * 2 ** 20;
/** NumPy's and PyTorch's own limit of dimensions. */
const MAX_RANK = 64;
const ALIGN = 8;

/**
 * Writes tensors in the order they come, each as it is given to `put`; nothing but the header is held.
 * @throws Error when shape and data do not agree or a name comes twice
 */
export class SafetensorsWriter {
  private readonly header: Record<string, unknown> = {};
  private readonly parts: Blob[] = [];
  private end = 0;

  /** @param metadata strings for the header's "__metadata__" */
  constructor(metadata: Readonly<Record<string, string>> = {}) {
    if (Object.keys(metadata).length > 0) this.header["__metadata__"] = metadata;
  }

  put(name: string, { dtype, shape, data }: SafetensorsTensor): void {
    const count = product(shape);
    if (count !== data.length)
      throw new Error(`SafetensorsWriter: expected ${count} values of "${name}", got ${data.length}`);
    if (name === "__metadata__" || Object.hasOwn(this.header, name))
      throw new Error(`SafetensorsWriter: "${name}" is taken`);
    const start = this.end;
    this.end += data.byteLength;
    this.header[name] = { dtype, shape, data_offsets: [start, this.end] };
    this.parts.push(new Blob([data])); // copied: the browser may keep it on disk
  }

  finish(): Blob {
    const json = new TextEncoder().encode(JSON.stringify(this.header));
    const length = Math.ceil(json.length / ALIGN) * ALIGN;
    const head = new Uint8Array(8 + length).fill(0x20, 8); // padded with spaces
    new DataView(head.buffer).setBigUint64(0, BigInt(length), true);
    head.set(json, 8);
    return new Blob([head, ...this.parts]);
  }
}

/** A file whose header is read and whose places are checked; values are read on demand. */
export class SafetensorsFile {
  private constructor(
    private readonly file: Blob,
    private readonly where: string,
    readonly metadata: Readonly<Record<string, string>>,
    readonly tensors: ReadonlyMap<string, SafetensorsEntry>,
  ) {}

  /** @throws UserError when it is no whole safetensors file */
  static async open(file: Blob, where = "the .safetensors file"): Promise<SafetensorsFile> {
    const broken = (what: string) => new UserError(`${where} ${what}.`, "Copy or download it again.");
    if (file.size < 8) throw broken("is no safetensors file: it has fewer than 8 bytes");
    const announced = new DataView(await file.slice(0, 8).arrayBuffer()).getBigUint64(0, true);
    if (announced > BigInt(MAX_HEADER))
      throw broken("is no safetensors file: its first 8 bytes announce an impossible header");
    const length = Number(announced);
    if (8 + length > file.size) throw broken("is cut short or no safetensors file: it ends in its header");
    const header = parseHeader(new Uint8Array(await file.slice(8, 8 + length).arrayBuffer()));
    if (!header) throw broken("is no safetensors file: its header is no JSON object");

    const metadata = header["__metadata__"] ?? {};
    if (!isStrings(metadata)) throw broken('has "__metadata__" that are not all strings');
    const tensors = new Map<string, SafetensorsEntry>();
    let end = 8 + length;
    for (const { name, dtype, shape, from, to } of entriesOf(header, broken)) {
      const bytes = product(shape) * ITEM_BYTES[dtype];
      if (8 + length + from !== end) throw broken(`has a gap or an overlap before "${name}"`);
      if (to - from !== bytes)
        throw broken(`holds ${to - from} bytes for "${name}" [${shape.join(", ")}], which needs ${bytes}`);
      tensors.set(name, { dtype, shape, bytes, offset: end });
      end += bytes;
    }
    if (end > file.size) throw broken(`is cut short: ${end} bytes announced, ${file.size} there`);
    if (end < file.size) throw broken(`is longer than its header says: ${file.size} bytes, not ${end}`);
    return new SafetensorsFile(file, where, metadata, tensors);
  }

  /** A tensor's values. @throws UserError if there is none of that name */
  async read(name: string): Promise<SafetensorsTensor> {
    const entry = this.tensors.get(name);
    if (!entry) throw new UserError(`${this.where} has no "${name}".`, "It was made by something else.");
    const { dtype, shape, offset, bytes } = entry;
    const buffer = await this.file.slice(offset, offset + bytes).arrayBuffer();
    switch (dtype) {
      case "F32":
        return { dtype, shape, data: new Float32Array(buffer) };
      case "F16":
        return { dtype, shape, data: new Uint16Array(buffer) };
      case "I64":
        return { dtype, shape, data: new BigInt64Array(buffer) };
      case "U8":
        return { dtype, shape, data: new Uint8Array(buffer) };
      default:
        throw new Error(`SafetensorsFile.read(): unknown dtype ${dtype satisfies never as string}`);
    }
  }

  /** A tensor's values as float32, widened from F16. @throws UserError for another dtype */
  async readFloats(name: string): Promise<Float32Array<ArrayBuffer>> {
    const tensor = await this.read(name);
    if (tensor.dtype === "F32") return tensor.data;
    if (tensor.dtype === "F16") return fromFloat16(tensor.data);
    throw new UserError(
      `${this.where}: "${name}" holds ${tensor.dtype}, not floats.`,
      "Export it again from the studio.",
    );
  }
}

interface HeaderEntry {
  name: string;
  dtype: SafetensorsDtype;
  shape: number[];
  from: number;
  to: number;
}

/** The header's tensors in the order of their places. */
function entriesOf(header: Record<string, unknown>, broken: (what: string) => UserError): HeaderEntry[] {
  const entries = Object.entries(header).filter(([name]) => name !== "__metadata__");
  return entries
    .map(([name, value]): HeaderEntry => {
      const { dtype, shape, data_offsets: offsets } = isRecord(value) ? value : {};
      if (
        !isCounts(shape) ||
        shape.length > MAX_RANK ||
        !isCounts(offsets) ||
        offsets.length !== 2 ||
        typeof dtype !== "string"
      )
        throw broken(`does not say dtype, shape and place of "${name}"`);
      if (!Object.hasOwn(ITEM_BYTES, dtype))
        throw broken(
          `holds "${name}" as ${dtype}, which is not read here (${Object.keys(ITEM_BYTES).join(", ")} are)`,
        );
      if (!Number.isSafeInteger(product(shape) * 8))
        throw broken(`announces an impossible shape of "${name}"`);
      return { name, dtype: dtype as SafetensorsDtype, shape, from: offsets[0]!, to: offsets[1]! };
    })
    .sort((a, b) => a.from - b.from || a.to - b.to);
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    const header: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return isRecord(header) ? header : null;
  } catch {
    return null;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isStrings = (value: unknown): value is Record<string, string> =>
  isRecord(value) && Object.values(value).every((text) => typeof text === "string");
const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
