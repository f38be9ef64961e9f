import { describe, expect, it } from "vitest";
import { collectAll } from "../collectAll";
import { decodeInOrder, type Work } from "./decodeInOrder";
import { centreCrop, fitImage, insideSize, takeChannels } from "./fitImage";
import type { DecodedImage } from "./imageDecoder";
import { makeTaps, resampleColumns, resampleRows } from "./resample";

/** Scales a row by the formula in floats. */
function scaled(row: number[], to: number): number[] {
  const scale = row.length / to;
  const width = Math.max(1, scale);
  return Array.from({ length: to }, (_, x) => {
    const weights = row.map((_, i) => Math.max(0, 1 - Math.abs(i + 0.5 - scale * (x + 0.5)) / width));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return row.reduce((total, value, i) => total + (value * weights[i]!) / sum, 0);
  });
}

describe("resample", () => {
  it("follows the formula when it shrinks, grows or keeps a row", () => {
    const row = Array.from({ length: 23 }, (_, i) => (i * 97) % 256);
    for (const to of [1, 5, 8, 23, 24, 61]) {
      const out = new Uint8Array(to);
      resampleRows(Uint8Array.from(row), 23, 1, makeTaps(23, to), out, 0);
      scaled(row, to).forEach((value, x) => expect(Math.abs(out[x]! - value)).toBeLessThan(0.5001));
    }
  });

  it("weighs 1 3 3 1 when it halves, and keeps channels and rows apart", () => {
    const rows = Uint8Array.of(0, 9, 0, 9, 80, 9, 0, 9, 0, 9, 0, 9, 8, 7, 8, 7, 8, 7, 8, 7, 8, 7, 8, 7); // [2, 6, 2]
    const out = new Uint8Array(2 * 3 * 2);
    resampleRows(rows, 6, 2, makeTaps(6, 3), out, 0);
    expect([...out]).toEqual([11, 9, 30, 9, 0, 9, 8, 7, 8, 7, 8, 7]); // 80/7 at the edge, 3 · 80/8 inside
    const columns = resampleColumns(Uint8Array.of(0, 1, 0, 1, 80, 1, 0, 1, 0, 1, 0, 1), 2, makeTaps(6, 3));
    expect([...columns]).toEqual([11, 1, 30, 1, 0, 1]);
  });
});

/** An image whose red is its column and whose green is its row. */
const gradient = (width: number, height: number): DecodedImage => ({
  width,
  height,
  read: (left, top, boxWidth, boxHeight) =>
    Uint8ClampedArray.from({ length: boxWidth * boxHeight * 4 }, (_, i) => {
      const pixel = i >> 2;
      return [left + (pixel % boxWidth), top + Math.floor(pixel / boxWidth), 7, 255][i & 3]!;
    }),
  close: () => undefined,
});

describe("fitImage", () => {
  it("stretches the whole picture, or pads it with black in its own aspect", () => {
    const image = gradient(8, 4);
    const stretched = fitImage(image, { width: 8, height: 8, channels: 3 }, "stretch");
    expect([...stretched.subarray(0, 24)].filter((_, i) => i % 3 === 0)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const padded = fitImage(image, { width: 8, height: 8, channels: 3 }, "pad"); // 4 rows between 2 and 2 black ones
    expect(padded.subarray(0, 48).every((value) => value === 0)).toBe(true);
    expect([...padded.subarray(48, 54)]).toEqual([0, 0, 7, 1, 0, 7]);
    expect(padded.subarray(144).every((value) => value === 0)).toBe(true);
    expect(insideSize({ width: 1000, height: 1 }, { width: 32, height: 32 })).toEqual({
      width: 32,
      height: 1,
    });
  });

  it("takes the largest centred part of the wanted aspect", () => {
    expect(centreCrop({ width: 100, height: 60 }, { width: 32, height: 32 })).toEqual({
      left: 20,
      top: 0,
      width: 60,
      height: 60,
    });
    expect(centreCrop({ width: 60, height: 101 }, { width: 10, height: 10 })).toEqual({
      left: 0,
      top: 20,
      width: 60,
      height: 60,
    });
    expect(centreCrop({ width: 3, height: 2 }, { width: 64, height: 64 })).toEqual({
      left: 0,
      top: 0,
      width: 2,
      height: 2,
    });
    expect(centreCrop({ width: 1, height: 500 }, { width: 64, height: 1 }).width).toBe(1);
  });

  it("passes images of the right size through, and only crops where no scaling is needed", () => {
    const same = fitImage(gradient(3, 2), { width: 3, height: 2, channels: 3 });
    expect([...same]).toEqual([0, 0, 7, 1, 0, 7, 2, 0, 7, 0, 1, 7, 1, 1, 7, 2, 1, 7]);
    const cropped = fitImage(gradient(6, 2), { width: 2, height: 2, channels: 3 });
    expect([...cropped]).toEqual([2, 0, 7, 3, 0, 7, 2, 1, 7, 3, 1, 7]);
  });

  it("scales a large image in strips as it would whole", () => {
    const big = fitImage({ ...gradient(2048, 1536) }, { width: 4, height: 4, channels: 3 });
    const whole = (from: number, to: number, offset: number) =>
      scaled(
        Array.from({ length: from }, (_, i) => (i + offset > 255 ? 255 : i + offset)),
        to,
      );
    const rows = whole(1536, 4, 0);
    for (let y = 0; y < 4; y++) expect(Math.abs(big[y * 12 + 1]! - rows[y]!)).toBeLessThan(1);
  });

  it("makes grey of colour as Pillow does, and leaves grey as it is", () => {
    const out = new Uint8Array(3);
    takeChannels(Uint8ClampedArray.of(255, 0, 0, 255, 77, 77, 77, 255, 10, 200, 30, 255), 1, out);
    expect([...out]).toEqual([76, 77, 124]);
  });
});

describe("decodeInOrder", () => {
  it("keeps the order and the limits of count and pixels", async () => {
    let running = 0;
    let most = 0;
    async function* jobs(pixels: number): AsyncGenerator<Work<number>> {
      for (let i = 0; i < 40; i++) {
        await Promise.resolve();
        yield {
          pixels,
          result: async () => {
            most = Math.max(most, ++running);
            await new Promise((resolve) => setTimeout(resolve, (i * 7) % 5));
            running--;
            return i;
          },
        };
      }
    }
    const inOrder = Array.from({ length: 40 }, (_, i) => i);
    expect(await collectAll(decodeInOrder(jobs(1), { count: 8, pixels: 100 }))).toEqual(inOrder);
    expect(most).toBe(8);
    most = 0;
    expect(await collectAll(decodeInOrder(jobs(30), { count: 8, pixels: 100 }))).toEqual(inOrder);
    expect(most).toBe(3);
    most = 0;
    expect(await collectAll(decodeInOrder(jobs(500), { count: 8, pixels: 100 }))).toEqual(inOrder);
    expect(most).toBe(1); // one that is larger than the limit still goes through, alone
  });
});
