import { describe, expect, it } from "vitest";
import { collectAll } from "../collectAll";
import { encodeExample } from "../fixtures/tfExamples";
import { ByteReader } from "./byteReader";
import { crc32c } from "./crc32";
import { readCsvRows } from "./csvRows";
import { decodeExample } from "./tfExample";
import { encodeTfRecords, maskedCrc, readTfRecords } from "./tfRecord";

const text = (value: string) => new TextEncoder().encode(value);

/** A file that comes in pieces of so many bytes. */
function inPieces(bytes: Uint8Array<ArrayBuffer>, size: number): Blob {
  const file = new Blob([bytes]);
  file.stream = () =>
    new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
        controller.close();
      },
    });
  return file;
}

describe("readCsvRows", () => {
  const rows = (content: string, size = 1000) =>
    collectAll(readCsvRows(inPieces(text(content), size), "a.csv", new AbortController().signal));

  it.each([1, 2, 5, 1000])("reads quotes, blanks and line ends in pieces of %i bytes", async (size) => {
    expect(await rows('a,b\r\n"x, ""y""",  2 \r\n\r\n"two\r\nlines",é\r\n', size)).toEqual([
      ["a", "b"],
      ['x, "y"', "2"],
      ["two\r\nlines", "é"],
    ]);
  });

  it("finds the delimiter, drops the byte order mark and keeps a last line without an end", async () => {
    expect(await rows("\ufeffa;b,c;d\n1;2;3")).toEqual([
      ["a", "b,c", "d"],
      ["1", "2", "3"],
    ]);
    expect(await rows("a\tb\n1\t2\n")).toEqual([
      ["a", "b"],
      ["1", "2"],
    ]);
    expect(await rows("a,b\r1,2\r")).toEqual([
      ["a", "b"],
      ["1", "2"],
    ]);
    expect(await rows("")).toEqual([]);
  });
});

describe("TFRecord", () => {
  it("has Castagnoli's checksum and TensorFlow's mask", () => {
    expect(crc32c(text("123456789"))).toBe(0xe3069283); // RFC 3720, B.4
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(maskedCrc(text("123456789"))).toBe(
      (((0xe3069283 >>> 15) | (0xe3069283 << 17)) + 0xa282ead8) >>> 0,
    );
  });

  it("gives back its records", async () => {
    const records = [text("one"), new Uint8Array(0), new Uint8Array(3000).fill(7)];
    const reader = new ByteReader(inPieces(encodeTfRecords(records), 1000).stream(), "a.tfrecord");
    expect(await collectAll(readTfRecords(reader, "a.tfrecord"))).toEqual(records);
  });

  it("knows bytes, floats and whole numbers, packed and not", () => {
    const features = decodeExample(encodeExample({ image: text("png"), label: 300 }), "x");
    expect(features.get("image")).toEqual({ kind: "bytes", values: [text("png")] });
    expect(features.get("label")).toEqual({ kind: "ints", values: [300] });
    // example { features { feature { key: "f" value { float_list { value: [1.5, -2] } } } } } and, unpacked, int64 -1
    const floats = [0x0a, 0x08, 0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0];
    const entry = [0x0a, 1, 0x66, 0x12, floats.length + 2, 0x12, floats.length, ...floats];
    const made = Uint8Array.from([0x0a, entry.length + 2, 0x0a, entry.length, ...entry]);
    expect(decodeExample(made, "x").get("f")).toEqual({ kind: "floats", values: [1.5, -2] });
    const minusOne = [0x08, ...Array<number>(9).fill(0xff), 0x01];
    const other = [0x0a, 1, 0x69, 0x12, minusOne.length + 2, 0x1a, minusOne.length, ...minusOne];
    const unpacked = Uint8Array.from([0x0a, other.length + 2, 0x0a, other.length, ...other]);
    expect(decodeExample(unpacked, "x").get("i")).toEqual({ kind: "ints", values: [-1] });
  });
});
