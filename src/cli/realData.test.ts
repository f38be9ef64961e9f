import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { command } from "./testData";

const MNIST = "../shared/data/mnist";
if (!existsSync(MNIST)) console.log("skipped: --inspect of MNIST (../shared/data is absent)");

it.skipIf(!existsSync(MNIST))(
  "--inspect counts MNIST and its mean pixels as they are",
  { timeout: 180_000 },
  async () => {
    const { code, out } = await command(["--data", MNIST, "--inspect"]);
    expect(code).toBe(0);
    const found = JSON.parse(out);
    expect(found.shape).toEqual({ height: 28, width: 28, channels: 1 });
    expect(found.images).toEqual({ train: 60_000, test: 10_000 });
    const bodyOf = (name: string, header: number) =>
      gunzipSync(readFileSync(join(MNIST, `t10k-${name}-ubyte.gz`))).subarray(header);
    const [pixels, labels] = [bodyOf("images-idx3", 16), bodyOf("labels-idx1", 8)];
    const sums = new Array<number>(10).fill(0);
    pixels.forEach((value, i) => (sums[labels[Math.floor(i / 784)]!]! += value));
    for (const [digit, one] of found.classes.entries()) {
      const count = labels.filter((label) => label === digit).length;
      expect(one.name).toBe(String(digit));
      expect(one.images.test).toBe(count);
      expect(one.meanPixelBySplit.test).toBeCloseTo(sums[digit]! / (784 * count), 6);
    }
  },
);

const CIFAR = "../shared/data/cifar10.zip";
if (!existsSync(CIFAR)) console.log("skipped: --inspect of CIFAR-10 (../shared/data is absent)");

it.skipIf(!existsSync(CIFAR))(
  "--inspect counts the classes of CIFAR-10 in a zip of pictures, and its mean pixels",
  { timeout: 180_000 },
  async () => {
    const limits = ["--most-train", "3", "--most-test", "2", "--draw", "first"];
    const { code, out, err } = await command(["--data", CIFAR, "--inspect", ...limits]);
    expect(code, err).toBe(0);
    const found = JSON.parse(out);
    expect(found).toMatchObject({
      shape: { height: 32, width: 32, channels: 3 },
      images: { train: 30, test: 20 },
    });
    const names = "airplane automobile bird cat deer dog frog horse ship truck".split(" ");
    expect(found.classes.map(({ name }: { name: string }) => name)).toEqual(names);
    for (const { images, meanPixel } of found.classes) {
      expect(images).toEqual({ train: 3, test: 2 });
      expect(meanPixel).toBeGreaterThan(0);
    }
  },
);
