import { encode } from "fast-png";
import { expect, it } from "vitest";
import { stripProfile } from "@/data/codecs/colourProfile";
import { readImageHeader } from "@/data/codecs/imageHeader";
import { bmpRow, flatJpeg, gif, greyJpeg, oriented } from "@/data/fixtures/madePictures";
import { openNodeDecoder } from "./nodeDecoder";

const decoder = await openNodeDecoder((why) => {
  throw new Error(why);
});

async function decoded(bytes: Uint8Array<ArrayBuffer>) {
  const image = await decoder.decode(bytes, readImageHeader(bytes)!);
  return { width: image.width, height: image.height, rgba: image.read(0, 0, image.width, image.height) };
}

// the same cases, and the same numbers, as browserDecoder.gpu.test.ts
it("keeps grey JPEGs exact, and turns pictures upright", async () => {
  const { rgba } = await decoded(
    greyJpeg([
      [0, 255, 100],
      [37, 128, 200],
    ]),
  );
  expect([rgba[0], rgba[4 * 8], rgba[4 * 23], rgba[4 * 24 * 8]]).toEqual([0, 255, 100, 37]);
  const turned = await decoded(oriented(greyJpeg([[10, 200, 90]]), 6));
  expect([turned.width, turned.height]).toEqual([8, 24]);
  expect([turned.rgba[0], turned.rgba[4 * 8 * 8], turned.rgba[4 * 8 * 16]]).toEqual([10, 200, 90]);
  expect((await decoded(oriented(greyJpeg([[10, 200, 90]]), 3))).rgba[0]).toBe(90);
});

it("shows white where a picture is transparent", async () => {
  const data = Uint8Array.of(255, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 128);
  const bytes = Uint8Array.from(encode({ width: 3, height: 1, channels: 4, depth: 8, data }));
  const { rgba } = await decoded(bytes);
  expect([...rgba.slice(0, 8)]).toEqual([255, 0, 0, 255, 255, 255, 255, 255]);
  expect(Math.abs(rgba[8]! - 127)).toBeLessThan(2);
  expect((await decoded(bytes)).rgba).toEqual(rgba);
});

it("reads BMP and GIF, and pictures larger than its canvas", async () => {
  const { width, rgba } = await decoded(bmpRow(Array.from({ length: 700 }, (_, i) => [i % 256, 7, 9])));
  expect([width, ...rgba.slice(4 * 600, 4 * 600 + 3)]).toEqual([700, 600 % 256, 7, 9]);
  expect([...(await decoded(gif(2))).rgba]).toEqual([255, 0, 0, 255]);
});

it("leaves colours as they are stored, whatever a PNG says of its gamma", async () => {
  const plain = encode({ width: 1, height: 1, channels: 3, depth: 8, data: Uint8Array.of(40, 120, 200) });
  const gamma = Uint8Array.of(
    ...[0, 0, 0, 4],
    ...new TextEncoder().encode("gAMA"),
    ...[0, 1, 0x86, 0xa0],
    ...[0x31, 0xe8, 0x96, 0x5f],
  );
  const bytes = Uint8Array.of(...plain.subarray(0, 33), ...gamma, ...plain.subarray(33));
  expect([...stripProfile(bytes, "image/png")]).toEqual([...plain]);
  expect([...(await decoded(bytes)).rgba]).toEqual([40, 120, 200, 255]);
});

it("takes ICC profiles out of JPEGs, and nothing else", () => {
  const jpeg = flatJpeg([100, 120, 140]);
  const icc = [...new TextEncoder().encode("ICC_PROFILE"), 0, 1, 1, 9, 9];
  const tagged = Uint8Array.of(0xff, 0xd8, 0xff, 0xe2, 0, icc.length + 2, ...icc, ...jpeg.subarray(2));
  expect([...stripProfile(tagged, "image/jpeg")]).toEqual([...jpeg]);
  expect(stripProfile(jpeg, "image/jpeg")).toBe(jpeg);
});

it("refuses what is cut short or broken", async () => {
  const png = Uint8Array.from(
    encode({ width: 40, height: 24, channels: 1, depth: 8, data: new Uint8Array(960).map((_, i) => i * 7) }),
  );
  const jpeg = greyJpeg(
    Array.from({ length: 8 }, (_, y) => Array.from({ length: 8 }, (_, x) => (x * 31 + y * 17) % 256)),
  );
  for (const bytes of [png, jpeg])
    for (const cut of [20, bytes.length >> 1]) {
      const short = bytes.slice(0, bytes.length - cut);
      const header = readImageHeader(bytes)!;
      await expect(decoder.decode(short, header), `${header.type} -${cut}`).rejects.toThrow();
    }
});
