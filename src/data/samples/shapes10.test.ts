import { describe, expect, it } from "vitest";
import type { ImageChunk } from "@/shared/dataset";
import { collectAll } from "../collectAll";
import shapes10, { drawChunks } from "./shapes10";
import { shapes } from "./shapes/signedDistances";

const BYTES = 32 * 32 * 3;

/** Mean colour of each image, [n, 3]. */
const meanColours = ({ pixels, labels }: ImageChunk): number[][] =>
  Array.from(labels, (_, i) =>
    [0, 1, 2].map((channel) => {
      let sum = 0;
      for (let at = i * BYTES + channel; at < (i + 1) * BYTES; at += 3) sum += pixels[at]!;
      return sum / 1024;
    }),
  );

describe("Shapes-10", () => {
  it("makes 500 + 100 images of each of ten classes in under three seconds", async () => {
    const started = process.cpuUsage(); // of this process alone, whatever else the machine does
    const { classNames, shape, total, chunks } = shapes10.generate();
    const counts = { train: new Array<number>(10).fill(0), test: new Array<number>(10).fill(0) };
    for await (const { split, labels, pixels, shape: chunkShape } of chunks) {
      expect(pixels.length).toBe(labels.length * BYTES);
      expect(chunkShape).toEqual(shape);
      for (const label of labels) counts[split][label]!++;
    }
    expect(process.cpuUsage(started).user).toBeLessThan(3e6); // µs
    expect(counts).toEqual({ train: new Array(10).fill(500), test: new Array(10).fill(100) });
    expect(total).toBe(6000);
    expect(new Set(classNames).size).toBe(10);
  });

  it("is the same every time, and other for another seed", async () => {
    const [first, again, other] = await Promise.all(
      [1, 1, 2].map(async (seed) => (await drawChunks(seed).next()).value as ImageChunk),
    );
    expect(Buffer.from(first!.pixels).equals(again!.pixels)).toBe(true);
    expect(Buffer.from(first!.pixels).equals(other!.pixels)).toBe(false);
    const repeated = new Set(
      Array.from(first!.labels, (_, i) => first!.pixels.slice(i * BYTES, i * BYTES + 30).join()),
    );
    expect(repeated.size).toBe(first!.labels.length);
  });

  it("does not give the class away by colour: nearest mean colour guesses no better than chance", async () => {
    const chunks = await collectAll(drawChunks(10));
    const sums = Array.from({ length: 10 }, () => [0, 0, 0]);
    for (const chunk of chunks.filter(({ split }) => split === "train"))
      meanColours(chunk).forEach((colour, i) =>
        colour.forEach((v, c) => (sums[chunk.labels[i]!]![c]! += v / 500)),
      );
    let right = 0;
    for (const chunk of chunks.filter(({ split }) => split === "test"))
      meanColours(chunk).forEach((colour, i) => {
        const distances = sums.map((mean) => Math.hypot(...mean.map((v, c) => v - colour[c]!)));
        if (distances.indexOf(Math.min(...distances)) === chunk.labels[i]) right++;
      });
    expect(right / 1000).toBeLessThan(0.14); // chance is 0.1, three standard errors 0.03
  });

  it("stops when it is told to", async () => {
    const control = new AbortController();
    const { chunks } = shapes10.generate(control.signal);
    const taken = (async () => {
      for await (const chunk of chunks) if (chunk) control.abort();
    })();
    await expect(taken).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("signed distances", () => {
  const grid = Array.from({ length: 41 * 41 }, (_, i) => [
    (i % 41) / 14 - 1.43,
    Math.floor(i / 41) / 14 - 1.43,
  ]);

  it.each(shapes)(
    "$name is inside out to about the unit circle, and its distance has slope one",
    ({ distance }) => {
      const inside = grid.filter(([x, y]) => distance(x!, y!) < 0);
      expect(inside.length / 196).toBeGreaterThan(0.7); // area, units of radius squared
      for (const [x, y] of inside) expect(Math.hypot(x!, y!)).toBeLessThan(1.12);
      const step = 1e-4;
      const slopes = grid.map(([x, y]) =>
        Math.hypot(
          (distance(x! + step, y!) - distance(x! - step, y!)) / (2 * step),
          (distance(x!, y! + step) - distance(x!, y! - step)) / (2 * step),
        ),
      );
      expect(Math.max(...slopes)).toBeLessThan(1.01);
      expect(slopes.filter((slope) => Math.abs(slope - 1) < 0.01).length).toBeGreaterThan(
        0.95 * slopes.length,
      );
    },
  );
});
