import { BlobWriter, TextReader, ZipWriter } from "@zip.js/zip.js";
import { describe, expect, it } from "vitest";
import { UserError } from "@/shared/errors";
import { Random } from "@/shared/random";
import { readPickle } from "./pickle";
import { decodePt, encodePt, PtTensor } from "./pt";
import { decodeStoredZip, encodeStoredZip } from "./zipStored";

const text = (value: string) => new TextEncoder().encode(value);

/** What happens: "read", "refused" (with a sentence for the person), or the error that must not be. */
function outcome(work: () => unknown): unknown {
  try {
    work();
    return "read";
  } catch (error) {
    return error instanceof UserError ? "refused" : error;
  }
}

describe("stored zip", () => {
  it("gives back its entries, names in any script, empty ones too", () => {
    const entries = [
      { path: "a/größe.txt", bytes: text("one") },
      { path: "empty", bytes: new Uint8Array() },
      { path: "b", bytes: new Uint8Array(1000).fill(7) },
    ];
    expect([...decodeStoredZip(encodeStoredZip(entries))]).toEqual(
      entries.map(({ path, bytes }) => [path, bytes]),
    );
  });

  it("says so when an entry is compressed", async () => {
    const writer = new ZipWriter(new BlobWriter(), { useWebWorkers: false });
    await writer.add("data.pkl", new TextReader("x".repeat(100)), { level: 9 });
    const bytes = new Uint8Array(await (await writer.close()).arrayBuffer());
    expect(() => decodeStoredZip(bytes, "x.pt")).toThrow(/x\.pt holds "data\.pkl" compressed/);
  });

  it("meets every truncation and every damaged byte with a sentence or the same contents", () => {
    const good = encodeStoredZip([
      { path: "a", bytes: text("hello") },
      { path: "b", bytes: text("world") },
    ]);
    for (let length = 0; length < good.length; length++)
      expect(outcome(() => decodeStoredZip(good.subarray(0, length)))).toBe("refused");
    for (let at = 0; at < good.length; at++) {
      const damaged = good.slice();
      damaged[at]! ^= 0xff;
      expect(["read", "refused"]).toContain(outcome(() => decodeStoredZip(damaged)));
    }
  });
});

describe("pickle", () => {
  it("answers random damage with a sentence, never with another error", () => {
    const good = encodePt(new PtTensor([3, 4], "float32", new Float32Array(12)), "x");
    const pickle = decodeStoredZip(good).get("x/data.pkl")!;
    const random = new Random(3);
    const count = { read: 0, refused: 0 };
    for (let round = 0; round < 3000; round++) {
      const damaged = pickle.slice();
      for (let hits = random.below(4); hits >= 0; hits--)
        damaged[random.below(damaged.length)] = random.below(256);
      const file = encodeStoredZip([
        { path: "x/data.pkl", bytes: damaged },
        { path: "x/data/0", bytes: new Uint8Array(48) },
      ]);
      const result = outcome(() => decodePt(file));
      expect(["read", "refused"]).toContain(result);
      count[result as "read" | "refused"]++;
    }
    expect(count.refused).toBeGreaterThan(1000);
  });

  it("reads plain containers and numbers of protocol 2 to 4", () => {
    // pickle.dumps({"a": [1, -2, 300, 2**40, 0.5, True, None], "b": (1, "é")}, protocol=4)
    const bytes = Buffer.from(
      "gASVNwAAAAAAAAB9lCiMAWGUXZQoSwFK/v///00sAYoGAAAAAAABRz/gAAAAAAAAiE5ljAFilEsBjALDqZSGlHUu",
      "base64",
    );
    expect(readPickle(bytes, { globals: {} })).toEqual(
      new Map<string, unknown>([
        ["a", [1, -2, 300, 2 ** 40, 0.5, true, null]],
        ["b", [1, "é"]],
      ]),
    );
  });
});
