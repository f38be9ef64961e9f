import { describe, expect, it } from "vitest";
import { UserError } from "@/shared/errors";
import { decodePng, encodePng, type PngImage } from "./png";

describe("PNG codec", () => {
  it.each([1, 2, 3, 4] as const)("gives back %d channels exactly", (channels) => {
    const pixels = Uint8Array.from({ length: 7 * 5 * channels }, (_, i) => (i * 37) % 256);
    const image: PngImage = { width: 7, height: 5, channels, pixels };
    expect(decodePng(encodePng(image))).toEqual(image);
  });

  it("refuses what does not fit or is broken", () => {
    const image: PngImage = { width: 2, height: 2, channels: 3, pixels: new Uint8Array(12) };
    expect(() => encodePng({ ...image, width: 3 })).toThrow("expected 18 bytes");
    const bytes = encodePng(image);
    bytes[45]! ^= 0xff; // inside IDAT
    expect(() => decodePng(bytes, "a.png")).toThrow(UserError);
    expect(() => decodePng(new Uint8Array(10), "a.png")).toThrow(/a\.png cannot be read/);
  });
});
