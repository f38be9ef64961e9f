import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "@/shared/errors";
import { decodeNpy, encodeNpy, npyHeader } from "./npy";

const hasNumpy = spawnSync("python3", ["-c", "import numpy"]).status === 0;

describe("npy", () => {
  it("round-trips every kind of number it writes", () => {
    const arrays = [
      { dtype: "<f4", data: Float32Array.of(1.5, -0, Infinity, 4, 5, 6) },
      { dtype: "<f8", data: Float64Array.of(Math.PI, 2, 3, 4, 5, 6) },
      { dtype: "|u1", data: Uint8Array.of(0, 255, 3, 4, 5, 6) },
      { dtype: "<u2", data: Uint16Array.of(65535, 2, 3, 4, 5, 6) },
      { dtype: "<i4", data: Int32Array.of(-(2 ** 31), 2, 3, 4, 5, 6) },
      { dtype: "<i8", data: BigInt64Array.of(-1n, 2n, 3n, 4n, 5n, 6n) },
    ] as const;
    for (const array of arrays) {
      const bytes = encodeNpy({ shape: [2, 3], ...array });
      expect(npyHeader(bytes)!.offset % 64).toBe(0);
      expect(decodeNpy(bytes)).toEqual({ shape: [2, 3], ...array });
    }
  });

  it("writes scalars and vectors as Python tuples", () => {
    const text = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes);
    expect(text(encodeNpy({ shape: [], dtype: "|u1", data: Uint8Array.of(7) }))).toContain("'shape': ()");
    expect(text(encodeNpy({ shape: [1], dtype: "|u1", data: Uint8Array.of(7) }))).toContain("'shape': (1,)");
  });

  it("refuses what it cannot read with a sentence", () => {
    const good = encodeNpy({ shape: [4], dtype: "|u1", data: Uint8Array.of(1, 2, 3, 4) });
    const edited = (from: string, to: string) =>
      Uint8Array.from(Buffer.from(Buffer.from(good).toString("latin1").replace(from, to), "latin1"));
    expect(() => decodeNpy(good.subarray(0, good.length - 1))).toThrow(/cut short: 4 bytes/);
    expect(() => decodeNpy(good.subarray(0, 40))).toThrow(/ends inside/);
    expect(() => decodeNpy(new TextEncoder().encode("not an array at all"))).toThrow(/not a NumPy array/);
    expect(() => decodeNpy(edited("'|u1'", "'>i2'"))).toThrow(/type ">i2"/);
    expect(() => decodeNpy(edited("'|u1'", "'|O8'"))).toThrow(UserError);
    expect(() => decodeNpy(edited("(4,)", "(4,4)").slice())).toThrow(/cut short/);
    expect(() => encodeNpy({ shape: [3], dtype: "|u1", data: Uint8Array.of(1) })).toThrow(/expected 3/);
  });

  it.skipIf(!hasNumpy)("agrees with numpy itself", () => {
    const folder = mkdtempSync(join(tmpdir(), "npy-"));
    try {
      const path = join(folder, "a.npy");
      writeFileSync(path, encodeNpy({ shape: [2, 2], dtype: "<f4", data: Float32Array.of(1, 2, 3, 4.25) }));
      const code =
        "import numpy as np, sys; a = np.load(sys.argv[1]); assert a.dtype == np.float32 and a.shape == (2, 2);" +
        "print(a.tolist()); np.save(sys.argv[1], (a * 2).astype('int64'))";
      expect(execFileSync("python3", ["-c", code, path]).toString().trim()).toBe("[[1.0, 2.0], [3.0, 4.25]]");
      const back = decodeNpy(readFileSync(path));
      expect(back).toEqual({ shape: [2, 2], dtype: "<i8", data: BigInt64Array.of(2n, 4n, 6n, 8n) });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
