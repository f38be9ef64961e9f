/** Written here, read by Chromium's own decoder. */
import { describe, expect, it } from "vitest";
import { encodeGif, type GifImage } from "./gif";

const noise = (length: number, colours: number, seed: number) =>
  Uint8Array.from({ length }, (_, i) => (Math.imul(i + seed, 2654435761) >>> 13) % colours);

async function decoded(gif: GifImage) {
  const decoder = new ImageDecoder({ data: encodeGif(gif), type: "image/gif" });
  await Promise.all([decoder.tracks.ready, decoder.completed]);
  const track = decoder.tracks.selectedTrack!;
  const frames: { rgba: Uint8Array; durationMs: number }[] = [];
  for (let frameIndex = 0; frameIndex < track.frameCount; frameIndex++) {
    const { image } = await decoder.decode({ frameIndex });
    const rgba = new Uint8Array(image.allocationSize({ format: "RGBA" }));
    await image.copyTo(rgba, { format: "RGBA" });
    frames.push({ rgba, durationMs: image.duration! / 1000 });
    image.close();
  }
  return { frames, repeats: track.repetitionCount };
}

describe("encodeGif", () => {
  it("gives back grey pictures exactly, frame by frame, with their times, without end", async () => {
    const size = { width: 97, height: 61, channels: 1 } as const; // long enough for several dictionaries
    const frames = [256, 2, 1, 200].map((colours, i) => ({
      pixels: noise(97 * 61, colours, i),
      delayMs: 50 * (i + 1),
    }));
    const { frames: read, repeats } = await decoded({ ...size, frames });
    expect(repeats).toBe(Infinity);
    expect(read.map(({ durationMs }) => durationMs)).toEqual([50, 100, 150, 200]);
    read.forEach(({ rgba }, i) => {
      const grey = frames[i]!.pixels;
      expect(rgba.every((value, at) => value === (at % 4 === 3 ? 255 : grey[at >> 2]))).toBe(true);
    });
  });

  it("gives back few colours exactly, and many nearly", async () => {
    const few = Uint8Array.from(noise(3 * 40 * 40, 6, 1), (value) => 51 * value);
    const smooth = Uint8Array.from({ length: 3 * 64 * 64 }, (_, i) => {
      const [x, y] = [Math.floor(i / 3) % 64, Math.floor(i / 192)];
      return [4 * x, 4 * y, 2 * (x + y)][i % 3]!;
    });
    const worst = (rgba: Uint8Array, rgb: Uint8Array) =>
      rgb.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - rgba[4 * Math.floor(i / 3) + (i % 3)]!)),
        0,
      );
    const [exact] = (
      await decoded({ width: 40, height: 40, channels: 3, frames: [{ pixels: few, delayMs: 100 }] })
    ).frames;
    expect(worst(exact!.rgba, few)).toBe(0);
    const [near] = (
      await decoded({ width: 64, height: 64, channels: 3, frames: [{ pixels: smooth, delayMs: 100 }] })
    ).frames;
    expect(worst(near!.rgba, smooth)).toBeLessThan(30);
  });
});
