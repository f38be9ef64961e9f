import { encode } from "fast-png";
import { describe, expect, it } from "vitest";
import { readImageHeader } from "../codecs/imageHeader";
import { bmpRow, greyJpeg, oriented } from "../fixtures/madePictures";
import { createBrowserDecoder } from "./browserDecoder";
import { fitImage } from "./fitImage";

const decoder = createBrowserDecoder();

async function decoded(bytes: Uint8Array<ArrayBuffer>) {
  const image = await decoder.decode(bytes, readImageHeader(bytes)!);
  const rgba = image.read(0, 0, image.width, image.height);
  image.close();
  return { width: image.width, height: image.height, rgba };
}

/** A colourful picture, as the browser's own encoders write it. */
async function encoded(type: string, width: number, height: number, quality = 0.8) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d")!;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      context.fillStyle = `rgb(${(x * 6) % 256} ${(y * 10) % 256} ${(x * y) % 256})`;
      context.fillRect(x, y, 1, 1);
    }
  }
  return new Uint8Array(await (await canvas.convertToBlob({ type, quality })).arrayBuffer());
}

/** The same picture through createImageBitmap and a canvas. */
async function drawn(bytes: Uint8Array<ArrayBuffer>) {
  const bitmap = await createImageBitmap(new Blob([bytes]), { colorSpaceConversion: "none" });
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d")!;
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height).data;
}

describe("browserDecoder", () => {
  it("gives the same bytes by the quick way as by createImageBitmap", async () => {
    for (const type of ["image/png", "image/jpeg", "image/webp"]) {
      for (const [width, height, quality] of [
        [32, 32, 0.5],
        [41, 23, 0.9],
        [1, 1, 0.9],
        [4, 3, 0.7],
        [5, 5, 0.7],
        [130, 70, 1],
      ] as const) {
        const bytes = await encoded(type, width, height, quality);
        const { rgba } = await decoded(bytes);
        expect(rgba, `${type} ${width}x${height}`).toEqual(await drawn(bytes));
      }
    }
  });

  it("reads parts of a picture where they lie", async () => {
    const bytes = await encoded("image/jpeg", 20, 10);
    const image = await decoder.decode(bytes, readImageHeader(bytes)!);
    const whole = image.read(0, 0, 20, 10);
    const part = image.read(3, 4, 5, 2);
    for (let y = 0; y < 2; y++) {
      expect(part.slice(y * 20, y * 20 + 20)).toEqual(
        whole.slice(((4 + y) * 20 + 3) * 4, ((4 + y) * 20 + 8) * 4),
      );
    }
  });

  it("keeps grey JPEGs exact at one channel", async () => {
    const bytes = greyJpeg([
      [0, 255, 100],
      [37, 128, 200],
    ]);
    const header = readImageHeader(bytes)!;
    expect(header).toMatchObject({ width: 24, height: 16, grey: true });
    const image = await decoder.decode(bytes, header);
    const pixels = fitImage(image, { width: 24, height: 16, channels: 1 });
    expect([pixels[0], pixels[8], pixels[23], pixels[24 * 8], pixels[24 * 15 + 12]]).toEqual([
      0, 255, 100, 37, 128,
    ]);
  });

  it("turns pictures upright by their EXIF data", async () => {
    const jpeg = greyJpeg([[10, 200, 90]]);
    const { width, height, rgba } = await decoded(oriented(jpeg, 6)); // to be turned right: the left end comes on top
    expect([width, height]).toEqual([8, 24]);
    expect([rgba[0], rgba[4 * 8 * 8], rgba[4 * 8 * 16]]).toEqual([10, 200, 90]);
    expect((await decoded(oriented(jpeg, 3))).rgba[0]).toBe(90);
    expect((await decoded(jpeg)).rgba[0]).toBe(10);
  });

  it("shows white where a picture is transparent", async () => {
    const data = Uint8Array.of(255, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 128);
    const bytes = Uint8Array.from(encode({ width: 3, height: 1, channels: 4, depth: 8, data }));
    const { rgba } = await decoded(bytes);
    expect([...rgba.slice(0, 8)]).toEqual([255, 0, 0, 255, 255, 255, 255, 255]);
    expect(Math.abs(rgba[8]! - 127)).toBeLessThan(2);
    expect((await decoded(bytes)).rgba).toEqual(rgba); // not on top of the picture before
  });

  it("reads BMP, and pictures larger than its canvas", async () => {
    const bytes = bmpRow(Array.from({ length: 700 }, (_, i) => [i % 256, 7, 9]));
    const { width, rgba } = await decoded(bytes);
    expect([width, rgba[4 * 600], rgba[4 * 600 + 1], rgba[4 * 600 + 2]]).toEqual([700, 600 % 256, 7, 9]);
  });

  it("refuses pictures that are cut short or broken, soon", async () => {
    for (const type of ["image/png", "image/jpeg", "image/webp"]) {
      const bytes = await encoded(type, 40, 24);
      const header = readImageHeader(bytes)!;
      for (const cut of [20, bytes.length >> 1, bytes.length - 40]) {
        await expect(
          decoder.decode(bytes.slice(0, bytes.length - cut), header),
          `${type} -${cut}`,
        ).rejects.toThrow();
      }
      const emptied = bytes.slice();
      emptied.fill(0, 100, bytes.length - 2);
      if (type !== "image/jpeg") await expect(decoder.decode(emptied, header)).rejects.toThrow();
    }
    // a JPEG that ends well but has lost its middle: the quick way would wait for ever
    const jpeg = await encoded("image/jpeg", 400, 300);
    const gutted = Uint8Array.of(...jpeg.subarray(0, 700), 0xff, 0xd9);
    await expect(decoder.decode(gutted, readImageHeader(gutted)!)).rejects.toThrow();
  });
});
