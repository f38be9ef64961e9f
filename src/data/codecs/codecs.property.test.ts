/** Every codec against noise and mutated files: it answers or refuses with a sentence, in time and in bounds. */
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { gzip, png, zip } from "../fixtures/madeFiles";
import { bmpRow, greyJpeg, oriented } from "../fixtures/madePictures";
import { hostileBytes, inputsTried, mutated, runs, withstands } from "../fixtures/hostile/hostileBytes";
import { ByteReader } from "./byteReader";
import { crc32 } from "./crc32";
import { fromFloat16, toFloat16 } from "./float16";
import { openUnpacked } from "./gzip";
import { encodeIdx, readIdxHeader } from "./idx";
import { readImageHeader } from "./imageHeader";
import { decodeNpy, encodeNpy, npyHeader } from "./npy";
import { decodePng, encodePng } from "./png";
import { decodePt, encodePt, PtTensor } from "./pt";
import { readPickle } from "./pickle";
import { SafetensorsFile, SafetensorsWriter } from "./safetensors";
import { entryRefusal, readZipDirectory, ZipContents } from "./zip";
import { decodeStoredZip, encodeStoredZip } from "./zipStored";

const text = (value: string) => Uint8Array.from(value, (char) => char.charCodeAt(0));
const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());
const smallShape = fc.array(fc.nat(5), { maxLength: 4 });
const count = (shape: readonly number[]) => shape.reduce((all, n) => all * n, 1);
const floats = (n: number) => fc.float32Array({ minLength: n, maxLength: n, noNaN: true });

afterAll(() => console.log(`codecs: ${inputsTried()} inputs tried`));

describe("hostile bytes", () => {
  it("imageHeader", () => {
    const jpeg = greyJpeg([[3, 200]]);
    const gif = Uint8Array.of(
      ...text("GIF89a"),
      3,
      1,
      4,
      0,
      0,
      0,
      0,
      0x2c,
      0,
      0,
      0,
      0,
      3,
      1,
      4,
      0,
      0,
      2,
      1,
      5,
      0,
      0x3b,
    );
    const webp = text("RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\x09\0\0\x01\x01\0");
    const valid = [png(1), png(2, 3, 3, 1), jpeg, oriented(jpeg, 6), gif, webp, bmpRow([[1, 2, 3]])];
    return withstands(hostileBytes(valid), readImageHeader, { count: 3000, ratio: 4 });
  });

  it("idx", () => {
    const valid = [encodeIdx([2, 3, 4], new Uint8Array(24)), encodeIdx([5], new Uint8Array(5))];
    const parse = async (bytes: Uint8Array<ArrayBuffer>) => {
      const reader = new ByteReader(new Blob([bytes]).stream(), "file");
      const dims = await readIdxHeader(reader, "file");
      await reader.read(count(dims));
    };
    return withstands(hostileBytes(valid), parse, { count: 500, ratio: 8 });
  });

  it("npy", () => {
    const valid = [
      encodeNpy({ shape: [2, 3], dtype: "|u1", data: new Uint8Array(6) }),
      encodeNpy({ shape: [4], dtype: "<i8", data: new BigInt64Array(4) }),
    ];
    const parse = (bytes: Uint8Array) => {
      npyHeader(bytes.subarray(0, 40));
      decodeNpy(bytes);
    };
    return withstands(hostileBytes(valid), parse, { count: 3000, ratio: 8 });
  });

  it("pickle", async () => {
    const globals = { "collections OrderedDict": () => new Map(), "torch FloatStorage": () => null };
    const opcodes = "\x80\x02(}]()NKMJ\x8aGX\x8ct\x85\x86\x87aesuqr\x94hjc\x93QR.\x88\x89\x95";
    const program = fc
      .array(fc.oneof(fc.constantFrom(...text(opcodes)), fc.constantFrom(0, 1, 2, 0x0a, 0xff), fc.nat(255)), {
        maxLength: 120,
      })
      .map((bytes) => Uint8Array.from([0x80, 2, ...bytes]));
    const valid = [
      text("\x80\x02}q\0(X\x01\0\0\0aK\x05X\x01\0\0\0b]q\x01(K\x01K\x02eu."),
      text("\x80\x02ccollections\nOrderedDict\n)R."),
    ];
    const parse = (bytes: Uint8Array) => readPickle(bytes, { globals, persistent: (id) => id });
    await withstands(hostileBytes(valid), parse, { count: 2000, ratio: 32 });
    await withstands(program, parse, { count: 3000, ratio: 32 });
  });

  it("pt, torn and with a mutated pickle in a whole archive", async () => {
    const made = [
      encodePt(new PtTensor([2, 3], "float32", new Float32Array(6)), "a"),
      encodePt(new PtTensor([4], "int64", new BigInt64Array(4)), "b"),
    ];
    await withstands(hostileBytes(made), (bytes) => decodePt(bytes), { count: 1500, ratio: 80 });
    const entries = decodeStoredZip(made[0]!);
    const parse = (pickle: Uint8Array) =>
      decodePt(
        encodeStoredZip(
          [...entries].map(([path, bytes]) => ({ path, bytes: path.endsWith("pkl") ? pickle : bytes })),
        ),
      );
    await withstands(mutated([entries.get("a/data.pkl")!]), parse, { count: 3000, ratio: 200 });
  });

  it("stored zip", () => {
    const valid = [
      encodeStoredZip([
        { path: "a", bytes: text("hello") },
        { path: "b/c", bytes: new Uint8Array(100) },
      ]),
      encodeStoredZip([]),
    ];
    return withstands(hostileBytes(valid), (bytes) => decodeStoredZip(bytes), { count: 3000, ratio: 8 });
  });

  it("safetensors", async () => {
    const writer = new SafetensorsWriter({ kind: "test" });
    writer.put("a", { dtype: "F32", shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) });
    writer.put("b", { dtype: "F16", shape: [3], data: Uint16Array.of(1, 2, 3) });
    const valid = [await bytesOf(writer.finish())];
    const parse = async (bytes: Uint8Array<ArrayBuffer>) => {
      const file = await SafetensorsFile.open(new Blob([bytes]));
      for (const name of file.tensors.keys()) await file.readFloats(name);
    };
    await withstands(hostileBytes(valid), parse, { count: 1500, ratio: 16 });
    const json = fc.json({ maxDepth: 4 }).map((header) => {
      const body = new TextEncoder().encode(header);
      return Uint8Array.of(body.length & 255, body.length >> 8, 0, 0, 0, 0, 0, 0, ...body);
    });
    await withstands(json, parse, { count: 500, ratio: 16 });
  });

  it("png, with checksums made good", () => {
    const valid = [png(1, 3, 3), png(2, 4, 2, 1), png(3, 2, 2, 4)];
    const inputs = fc.oneof(hostileBytes(valid), mutated(valid).map(withGoodChecksums));
    return withstands(inputs, (bytes) => decodePng(bytes), { count: 2000, ratio: 1100 });
  });

  it("gzip", async () => {
    const valid = [
      await gzip(text("hello, hello, hello")),
      await gzip(new Uint8Array(5000)),
      text("not packed"),
    ];
    const parse = async (bytes: Uint8Array<ArrayBuffer>) => {
      const reader = new ByteReader(await openUnpacked(new Blob([bytes]), "file"), "file");
      while ((await reader.readUpTo(4096)).length > 0);
    };
    await withstands(hostileBytes(valid), parse, { count: 400, ratio: 1100 });
  });

  it("zip", async () => {
    const small = [
      { path: "a/1.png", bytes: png(1) },
      { path: "b/ü.txt", bytes: text("hello, hello, hello, hello"), level: 0 },
      { path: "c/", bytes: new Uint8Array(0) },
    ];
    const valid = [await zip(small), await zip([])];
    const parse = async (bytes: Uint8Array<ArrayBuffer>) => {
      const file = new Blob([bytes]);
      const contents = new ZipContents(file, "file");
      for (const entry of await readZipDirectory(file, "file")) {
        if (entryRefusal(entry) === "") await contents.read(entry);
      }
    };
    await withstands(hostileBytes(valid), parse, { count: 600, ratio: 1100 });
  });
});

/** A PNG in which every chunk that can be found has the CRC of its contents, so that what is inside is looked at. */
function withGoodChecksums(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer);
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > bytes.length) break;
    view.setUint32(end, crc32(bytes.subarray(at + 4, end)));
    at = end + 4;
  }
  return bytes;
}

describe("valid files come back as they went in", () => {
  it("idx", () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5), { minLength: 1, maxLength: 4 }), async (dims) => {
        const values = Uint8Array.from({ length: count(dims) }, (_, i) => i * 7);
        const reader = new ByteReader(new Blob([encodeIdx(dims, values)]).stream(), "file");
        expect(await readIdxHeader(reader, "file")).toEqual(dims);
        expect(await reader.read(values.length)).toEqual(values);
      }),
      runs(100),
    ));

  it("npy, pt and safetensors", () =>
    fc.assert(
      fc.asyncProperty(
        smallShape.chain((shape) => fc.tuple(fc.constant(shape), floats(count(shape)))),
        async ([shape, made]) => {
          const data = Float32Array.from(made);
          expect(decodeNpy(encodeNpy({ shape, dtype: "<f4", data }))).toEqual({ shape, dtype: "<f4", data });
          expect(decodePt(encodePt(new PtTensor(shape, "float32", data), "x"))).toEqual(
            new PtTensor(shape, "float32", data),
          );
          const writer = new SafetensorsWriter();
          writer.put("x", { dtype: "F32", shape, data });
          const file = await SafetensorsFile.open(writer.finish());
          expect(await file.read("x")).toEqual({ dtype: "F32", shape, data });
        },
      ),
      runs(150),
    ));

  it("png", () =>
    fc.assert(
      fc.property(
        fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.constantFrom(1, 2, 3, 4)),
        fc.nat(),
        ([width, height, channels], seed) => {
          const pixels = Uint8Array.from({ length: width * height * channels }, (_, i) => (i * seed) % 256);
          const image = { width, height, channels: channels as 1, pixels };
          expect(decodePng(encodePng(image))).toEqual(image);
        },
      ),
      runs(200),
    ));

  it("float16: every half, and nothing nearer", () => {
    const halves = Uint16Array.from({ length: 65_536 }, (_, i) => i);
    const values = fromFloat16(halves);
    toFloat16(values).forEach((half, i) => {
      if (!Number.isNaN(values[i]!)) expect(half).toBe(i);
    });
    const finite = values.filter((value) => Number.isFinite(value)).sort();
    fc.assert(
      fc.property(fc.float({ min: -65_000, max: 65_000, noNaN: true }), (value) => {
        const near = fromFloat16(toFloat16([value]))[0]!;
        const place = finite.findIndex((other) => other >= value);
        for (const other of finite.subarray(Math.max(0, place - 1), place + 1))
          expect(Math.abs(near - value)).toBeLessThanOrEqual(Math.abs(other - value));
      }),
      runs(200),
    );
  });

  it("stored zip and zip", () =>
    fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z/]{1,12}[a-z]$/), fc.uint8Array({ maxLength: 99 })), {
          selector: ([path]) => path,
          maxLength: 4,
        }),
        async (made) => {
          const entries = made.map(([path, bytes]) => ({ path, bytes: Uint8Array.from(bytes) }));
          const stored = encodeStoredZip(entries);
          expect(decodeStoredZip(stored)).toEqual(new Map(entries.map(({ path, bytes }) => [path, bytes])));
          const packed = new Blob([await zip(entries)]);
          const contents = new ZipContents(packed, "file");
          const read = new Map<string, unknown>();
          for (const entry of await readZipDirectory(packed, "file"))
            read.set(entry.path, await contents.read(entry));
          for (const { path, bytes } of entries) expect(read.get(path)).toEqual(bytes);
        },
      ),
      runs(60),
    ));
});
