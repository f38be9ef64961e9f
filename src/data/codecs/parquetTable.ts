/** Parquet files by hyparquet, which is loaded when the first one is opened; what is asked for is read by row group. */
import type { FileMetaData, SchemaTree } from "hyparquet";
import { UserError } from "@/shared/errors";
import { growthRefusal } from "./gzip";

/** A row group is read at once. The hub's own have 100 to 1000 rows. */
const MAX_GROUP = 1024 * 2 ** 20;
const IMAGE = /^(image|img|picture|png|jpg|jpeg|bytes)$/i;
const LABEL = /^(label|labels|fine_label|coarse_label|class|class_name|category|target|y)$/i;

export interface ImageColumns {
  /** Of pictures: struct{bytes, path} or bytes. */
  image: string;
  /** Of labels, one at least, with the names of the classes where the metadata tell them. */
  labels: { name: string; classNames: string[] }[];
}

/** What the hub's library writes into the metadata: the kind of each column. */
interface HubFeature {
  _type?: unknown;
  names?: unknown;
}

const library = () => Promise.all([import("hyparquet"), import("hyparquet-compressors")]);
type Library = Awaited<ReturnType<typeof library>>;

export class ParquetTable {
  private constructor(
    private readonly file: Blob,
    readonly path: string,
    private readonly metadata: FileMetaData,
    private readonly columns: readonly SchemaTree[],
    private readonly modules: Library,
  ) {}

  /** @throws UserError when it is no whole Parquet file */
  static async open(file: Blob, path: string): Promise<ParquetTable> {
    const modules = await library();
    const [{ parquetMetadataAsync, parquetSchema }] = modules;
    return guarded(path, async () => {
      const metadata = await parquetMetadataAsync(asyncBuffer(file));
      return new ParquetTable(file, path, metadata, parquetSchema(metadata).children, modules);
    });
  }

  get groups(): number {
    return this.metadata.row_groups.length;
  }

  /** Which columns are pictures and labels. @throws UserError when there are none */
  imageColumns(): ImageColumns {
    const features = hubFeatures(this.metadata);
    const names = this.columns.map(({ element }) => element.name);
    const isImage = ({ element, children }: SchemaTree) =>
      children.length > 0
        ? children.some((child) => child.element.name === "bytes")
        : element.type === "BYTE_ARRAY";
    const image =
      names.find((name) => features.get(name)?._type === "Image") ??
      this.columns.find((column) => isImage(column) && IMAGE.test(column.element.name))?.element.name;
    const isClass = (name: string) => features.get(name)?._type === "ClassLabel";
    const labels = names.some(isClass)
      ? names.filter(isClass)
      : names.filter((name) => name !== image && LABEL.test(name));
    if (image === undefined || labels.length === 0)
      throw new UserError(
        `${this.path} has no column of ${image === undefined ? "pictures" : "labels"}; it has ${names.slice(0, 8).join(", ")}.`,
        'A column "image" of struct{bytes, path} and a column "label" are read, as the hub has them.',
      );
    return {
      image,
      labels: labels.map((name) => {
        const classNames = features.get(name)?.names;
        return { name, classNames: isTexts(classNames) ? classNames : [] };
      }),
    };
  }

  /** The rows of a group. @throws UserError when they are damaged or too many to be read at once */
  async rows(group: number, columns: string[]): Promise<Record<string, unknown>[]> {
    const [{ parquetReadObjects }, { compressors }] = this.modules;
    const { row_groups: groups } = this.metadata;
    const start = groups.slice(0, group).reduce((sum, own) => sum + Number(own.num_rows), 0);
    const bytes = groups[group]!.columns.reduce((sum, { meta_data: own }) => {
      const isAsked = own && columns.includes(own.path_in_schema[0]!);
      return sum + (isAsked ? Number(own.total_uncompressed_size) : 0);
    }, 0);
    if (!(bytes <= MAX_GROUP))
      throw new UserError(
        `${this.path} has a row group of ${Math.round(bytes / 2 ** 20)} MiB, and one is read at once.`,
        "Write it again with smaller ones: to_parquet(path, batch_size=1000).",
      );
    return guarded(this.path, () =>
      parquetReadObjects({
        file: asyncBuffer(this.file),
        metadata: this.metadata,
        columns,
        rowStart: start,
        rowEnd: start + Number(groups[group]!.num_rows),
        compressors: bounded(compressors, this.path),
        utf8: false,
      }),
    );
  }
}

const asyncBuffer = (file: Blob) => ({
  byteLength: file.size,
  slice: (start: number, end?: number) => file.slice(start, end).arrayBuffer(),
});

/** Decompressors that refuse what grows beyond measure; hyparquet's own Snappy, which is no WebAssembly. */
function bounded(compressors: Library[1]["compressors"], path: string): Library[1]["compressors"] {
  return Object.fromEntries(
    Object.entries(compressors)
      .filter(([codec]) => codec !== "SNAPPY")
      .map(([codec, decompress]) => [
        codec,
        (input: Uint8Array, length: number) => {
          const refusal = growthRefusal(input.length, length);
          if (refusal) throw new UserError(`${path} ${refusal}.`, "It may be broken: download it again.");
          return decompress(input, length);
        },
      ]),
  );
}

/** hyparquet's own errors tell of offsets and thrift types. */
async function guarded<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `${path} is no Parquet file, is damaged or of a kind that is not read here (${why.slice(0, 120)}).`,
      "Copy or download it again.",
    );
  }
}

function hubFeatures({ key_value_metadata: pairs }: FileMetaData): Map<string, HubFeature> {
  const text = pairs?.find(({ key }) => key === "huggingface")?.value;
  try {
    const parsed = JSON.parse(text ?? "{}") as { info?: { features?: unknown } };
    const features = parsed.info?.features;
    const isTold = typeof features === "object" && features !== null;
    return new Map(isTold ? Object.entries<HubFeature>(features as Record<string, HubFeature>) : []);
  } catch {
    return new Map();
  }
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((text) => typeof text === "string");
