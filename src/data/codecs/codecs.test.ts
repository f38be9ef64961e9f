import { createHash } from "node:crypto";
import { encode } from "fast-png";
import { describe, expect, it } from "vitest";
import { gzip } from "../fixtures/madeFiles";
import { sha256 } from "../shards/sha256";
import { ByteReader } from "./byteReader";
import { crc32 } from "./crc32";
import { openUnpacked } from "./gzip";
import { encodeIdx, readIdxHeader } from "./idx";
import { readImageHeader } from "./imageHeader";

const text = (value: string) => new TextEncoder().encode(value);
const random = (n: number) => Uint8Array.from({ length: n }, (_, i) => (i * 7919 + (i >> 3) * 31) % 256);

describe("checksums", () => {
  it("agree with published values and another implementation", async () => {
    expect(crc32(text("123456789"))).toBe(0xcbf43926); // the check value of the CRC catalogue
    expect(crc32(text("56789"), crc32(text("1234")))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array(0))).toBe(0);
    const bytes = random(1000);
    expect(await sha256(bytes.subarray(0, 10), bytes.subarray(10))).toBe(
      createHash("sha256").update(bytes).digest("hex"),
    );
  });
});

describe("byteReader", () => {
  it("reads pieces of any size, whatever the stream's pieces are, packed or not", async () => {
    const bytes = random(100_000);
    for (const file of [new Blob([bytes]), new Blob([await gzip(bytes)])]) {
      const reader = new ByteReader(await openUnpacked(file, "x"), "x");
      const parts = [await reader.read(1), await reader.read(70_000), await reader.read(0)];
      expect(reader.offset).toBe(70_001);
      expect(await reader.atEnd()).toBe(false);
      parts.push(await reader.readUpTo(1e6));
      expect(await reader.atEnd()).toBe(true);
      expect(Buffer.concat(parts).equals(bytes)).toBe(true);
      await expect(reader.read(3)).rejects.toThrow(
        "x is cut short: it ends after 100000 bytes, 3 before it should",
      );
    }
  });
});

describe("idx", () => {
  const header = (bytes: Uint8Array<ArrayBuffer>) =>
    readIdxHeader(new ByteReader(new Blob([bytes]).stream(), "file"), "file");

  it("reads the header it writes", async () => {
    const bytes = encodeIdx([2, 3, 4], random(24));
    expect([...bytes.subarray(0, 8)]).toEqual([0, 0, 8, 3, 0, 0, 0, 2]);
    expect(await header(bytes)).toEqual([2, 3, 4]);
  });

  it("refuses other files with a sentence", async () => {
    await expect(header(Uint8Array.of(0, 0, 13, 1, 0, 0, 0, 1))).rejects.toThrow("file holds float32 values");
    await expect(header(Uint8Array.of(0, 0, 8, 0, 0))).rejects.toThrow("no IDX file");
    await expect(header(Uint8Array.of(0, 0, 8, 3, 0, 0))).rejects.toThrow("cut short");
    const huge = Uint8Array.of(0, 0, 8, 3, ...Array<number>(12).fill(255));
    await expect(header(huge)).rejects.toThrow("impossible shape");
  });
});

describe("imageHeader", () => {
  const head = (bytes: Uint8Array) => {
    const header = readImageHeader(bytes);
    return header && `${header.type.slice(6)} ${header.width}x${header.height}${header.grey ? " grey" : ""}`;
  };
  const jpeg = (components: number, orientation?: number) => {
    const exif = orientation
      ? [
          0xff,
          0xe1,
          0,
          34,
          ...text("Exif\0\0MM"),
          0,
          42,
          0,
          0,
          0,
          8,
          0,
          1,
          1,
          0x12,
          0,
          3,
          0,
          0,
          0,
          1,
          0,
          orientation,
          0,
          0,
          0,
          0,
          0,
          0,
        ]
      : [];
    return Uint8Array.of(
      0xff,
      0xd8,
      ...exif,
      0xff,
      0xdb,
      0,
      4,
      1,
      2,
      0xff,
      0xff,
      0xc2,
      0,
      11,
      8,
      0,
      20,
      1,
      4,
      components,
      0,
      0,
      0,
    );
  };

  it("tells kind, size and colour of PNG by colour type and palette", () => {
    const png = (channels: 1 | 2 | 3 | 4) =>
      encode({ width: 5, height: 7, channels, depth: 8, data: new Uint8Array(35 * channels) });
    expect([1, 2, 3, 4].map((channels) => head(png(channels as 1)))).toEqual([
      "png 5x7 grey",
      "png 5x7 grey",
      "png 5x7",
      "png 5x7",
    ]);
    expect(readImageHeader(png(4))?.alpha).toBe(true);
    expect(readImageHeader(png(3))?.alpha).toBe(false);
    const bytes = png(3);
    const withPalette = (palette: number[]) =>
      Uint8Array.of(
        ...bytes.subarray(0, 33),
        0,
        0,
        0,
        palette.length,
        ...text("PLTE"),
        ...palette,
        0,
        0,
        0,
        0,
        ...bytes.subarray(33),
      );
    expect(head(withPalette([1, 1, 1, 9, 9, 9]))).toBe("png 5x7 grey");
    expect(head(withPalette([1, 1, 1, 9, 8, 9]))).toBe("png 5x7");
  });

  it("tells size, colour and orientation of JPEG", () => {
    expect(head(jpeg(1))).toBe("jpeg 260x20 grey");
    expect(head(jpeg(3))).toBe("jpeg 260x20");
    expect(readImageHeader(jpeg(3, 3))).toMatchObject({ orientation: 3, width: 260, height: 20 });
    expect(readImageHeader(jpeg(3, 6))).toMatchObject({ orientation: 6, width: 20, height: 260 });
  });

  it("tells the size of GIF, WebP and BMP", () => {
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
    );
    expect(head(gif)).toBe("gif 259x4");
    expect(readImageHeader(gif)?.animated).toBe(false);
    const frame = gif.subarray(13);
    expect(readImageHeader(Uint8Array.of(...gif, ...frame, 0x3b))?.animated).toBe(true);
    const riff = (kind: string, ...rest: number[]) =>
      Uint8Array.of(...text("RIFF"), 0, 0, 0, 0, ...text(`WEBP${kind}`), 0, 0, 0, 0, ...rest);
    expect(head(riff("VP8X", 0x02, 0, 0, 0, 9, 0, 0, 1, 1, 0))).toBe("webp 10x258");
    expect(head(riff("VP8L", 0x2f, 0x09, 0x40, 0x04, 0, 0))).toBe("webp 10x18");
    expect(head(riff("VP8 ", 0, 0, 0, 0x9d, 1, 0x2a, 10, 0, 18, 0))).toBe("webp 10x18");
    const bmp = new Uint8Array(30);
    bmp.set([...text("BM")]);
    new DataView(bmp.buffer).setUint32(14, 40, true);
    new DataView(bmp.buffer).setInt32(18, 6, true);
    new DataView(bmp.buffer).setInt32(22, -9, true);
    expect(head(bmp)).toBe("bmp 6x9");
  });

  it("gives null for what is no picture or ends too early, at every length", () => {
    expect(head(text("GIF is what this text says"))).toBeNull();
    expect(head(new Uint8Array(0))).toBeNull();
    const whole = [
      jpeg(3, 6),
      encode({ width: 5, height: 7, channels: 3, depth: 8, data: new Uint8Array(105) }),
    ];
    for (const bytes of whole) {
      for (let length = 0; length < 26; length++)
        expect(readImageHeader(bytes.subarray(0, length))).toBeNull();
    }
  });
});
