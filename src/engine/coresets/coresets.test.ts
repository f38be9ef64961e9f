import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CPU_TOLERANCE, readFixture } from "../fixtures/readFixture";
import { checkCoresets } from "../fixtures/kinds/coresets";
import { herding } from "./herding";
import { kCenter } from "./kCenter";

const file = join(process.cwd(), "../shared/fixtures/11_coresets.json");
const absent = !existsSync(file);
if (absent) console.log(`no ${file}: coresets are not compared with PyTorch`);

const line = { values: Float32Array.of(0, 1, 2, 3, 10), size: 1 }; // mean 3.2

describe("coresets", () => {
  it.skipIf(absent)("equal those of an independent implementation", async () => {
    for (const { output, error, tolerance } of await checkCoresets(
      readFixture(readFileSync(file, "utf8")),
      CPU_TOLERANCE,
    ))
      expect(error, output).toBeLessThanOrEqual(tolerance);
  });

  it("herding keeps the mean of the chosen near the mean of all", () => {
    // 3; then (3 + 3.4…) / 2: 2 gives 2.5, 10 gives 6.5; then (3 + 2 + 10) / 3 = 5, (3 + 2 + 1) / 3 = 2
    expect(herding(line, 3)).toEqual([3, 2, 1]);
    expect(herding(line, 5).sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it("k-center starts near the mean and goes to the farthest", () => {
    expect(kCenter(line, 3)).toEqual([3, 4, 0]); // 3 is nearest to 3.2; 10 is 7 away, then 0 is 3 away
    expect(kCenter(line, 2, 0)).toEqual([0, 4]);
  });

  it("take the same image once, also among equal ones", () => {
    const equal = { values: new Float32Array(6), size: 2 };
    expect(new Set(herding(equal, 3)).size).toBe(3);
    expect(new Set(kCenter(equal, 3)).size).toBe(3);
  });

  it("refuse to choose more than there is", () => {
    expect(() => herding(line, 6)).toThrow("wanted 6 of 5");
    expect(() => kCenter(line, 6)).toThrow("wanted 6 of 5");
  });
});
