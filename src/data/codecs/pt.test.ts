import { BlobReader, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js";
import { describe, expect, it } from "vitest";
import { UserError } from "@/shared/errors";
import { decodePt, encodePt, PtTensor } from "./pt";
import { encodeStoredZip } from "./zipStored";

/** data.pkl of `torch.save(torch.arange(12).reshape(3, 4).float(), "t.pt")`, PyTorch 1.13. */
const TORCH_PICKLE =
  "gAJjdG9yY2guX3V0aWxzCl9yZWJ1aWxkX3RlbnNvcl92MgpxACgoWAcAAABzdG9yYWdlcQFjdG9yY2gKRmxvYXRTdG9yYWdlCnECWAEAAAAwcQNYAwAAAGNwdXEESwx0cQVRSwBLA0sEhnEGSwRLAYZxB4ljY29sbGVjdGlvbnMKT3JkZXJlZERpY3QKcQgpUnEJdHEKUnELLg==";

const pickle = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const file = (text: string, values = new Uint8Array(16)) =>
  encodeStoredZip([
    { path: "x/data.pkl", bytes: pickle(text) },
    { path: "x/data/0", bytes: values },
    { path: "x/version", bytes: pickle("3\n") },
  ]);

async function entriesOf(bytes: Uint8Array<ArrayBuffer>) {
  const reader = new ZipReader(new BlobReader(new Blob([bytes])), {
    useWebWorkers: false,
    checkSignature: true,
  });
  const entries = [];
  for (const entry of await reader.getEntries()) {
    if (entry.directory) throw new Error("no folders expected");
    entries.push({ entry, bytes: await entry.getData(new Uint8ArrayWriter()) });
  }
  return entries;
}

describe("encodePt", () => {
  it("writes the pickle of torch.save, byte for byte", async () => {
    const data = Float32Array.from({ length: 12 }, (_, i) => i);
    const entries = await entriesOf(encodePt(new PtTensor([3, 4], "float32", data), "t"));
    expect(entries.map(({ entry }) => entry.filename)).toEqual([
      "t/data.pkl",
      "t/byteorder",
      "t/data/0",
      "t/version",
    ]);
    expect(Buffer.from(entries[0]!.bytes).toString("base64")).toBe(TORCH_PICKLE);
    expect(new TextDecoder().decode(entries[1]!.bytes)).toBe("little");
    expect(new Float32Array(Uint8Array.from(entries[2]!.bytes).buffer)).toEqual(data);
    expect(new TextDecoder().decode(entries[3]!.bytes)).toBe("3\n");
  });

  it("stores every entry uncompressed at a multiple of 64 bytes", async () => {
    const bytes = encodePt(
      new PtTensor([5], "int64", BigInt64Array.from([1n, 2n, 3n, -4n, 2n ** 40n])),
      "labels",
    );
    const view = new DataView(bytes.buffer);
    for (const { entry } of await entriesOf(bytes)) {
      expect(entry.compressionMethod).toBe(0);
      const start =
        entry.offset + 30 + view.getUint16(entry.offset + 26, true) + view.getUint16(entry.offset + 28, true);
      expect(start % 64).toBe(0);
      expect(view.getUint32(entry.offset + 18, true)).toBe(entry.uncompressedSize); // no data descriptor
    }
  });

  it("refuses a shape that does not fit", () => {
    expect(() => encodePt(new PtTensor([2], "float32", new Float32Array(3)), "x")).toThrow(
      "expected 2 values",
    );
  });
});

describe("decodePt", () => {
  it.each([[[2, 3, 1, 2]], [[12]], [[3, 4]], [[2, 2, 3]]])(
    "gives back what was written, shape %j",
    (shape) => {
      const data = Float32Array.from({ length: 12 }, (_, i) => i / 7);
      expect(decodePt(encodePt(new PtTensor(shape, "float32", data), "x"))).toEqual(
        new PtTensor(shape, "float32", data),
      );
    },
  );

  it("reads scalars, large counts and other types", () => {
    const scalar = new PtTensor([], "float64", Float64Array.of(0.02));
    expect(decodePt(encodePt(scalar, "lr"))).toEqual(scalar);
    const long = new PtTensor(
      [70_000],
      "uint8",
      new Uint8Array(70_000).map((_, i) => i),
    );
    expect(decodePt(encodePt(long, "x"))).toEqual(long);
    const wide = new PtTensor(
      [300, 2],
      "int64",
      BigInt64Array.from({ length: 600 }, (_, i) => BigInt(i)),
    );
    expect(decodePt(encodePt(wide, "x"))).toEqual(wide);
  });

  it("follows strides and offsets: a transposed view", () => {
    const storage = new Uint8Array(Float32Array.of(0, 1, 2, 3, 4, 5).buffer);
    const text =
      "\x80\x02}X\x04\x00\x00\x00data]ctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storage" +
      "ctorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x06tQK\x01K\x02K\x02\x86K\x01K\x03\x86" +
      "\x89ccollections\nOrderedDict\n)RtRas.";
    const value = decodePt(file(text, storage)) as Map<string, PtTensor[]>;
    expect(value.get("data")).toEqual([new PtTensor([2, 2], "float32", Float32Array.of(1, 4, 2, 5))]);
  });

  it("never runs anything: globals off the list, other opcodes and broken pickles are refused", () => {
    const refused = (text: string) => () => decodePt(file(text), "evil.pt");
    expect(refused("\x80\x02cos\nsystem\nX\x02\x00\x00\x00ls\x85R.")).toThrow(/"os.system".*not on the list/);
    expect(refused("\x80\x02cbuiltins\neval\n.")).toThrow(UserError);
    expect(refused("\x80\x02ctorch\n__proto__\n.")).toThrow(UserError);
    expect(refused("\x80\x02)\x81.")).toThrow(/opcode 0x81/); // NEWOBJ
    expect(refused("\x80\x02NN.")).toThrow(/unfinished/);
    expect(refused("\x80\x02X\xff\x00\x00\x00ab.")).toThrow(/cut short/);
    expect(refused("\x80\x02ctorch\nFloatStorage\n)R.")).toThrow(/storage type/);
    expect(refused("\x80\x02R.")).toThrow(UserError);
  });

  it("refuses a tensor that reaches beyond its values", () => {
    const text = (size: string) =>
      "\x80\x02ctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\nFloatStorage\n" +
      `X\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x04tQK\x00K${size}\x85K\x01\x85\x89ccollections\nOrderedDict\n)RtR.`;
    expect(decodePt(file(text("\x04")))).toBeInstanceOf(PtTensor);
    expect(() => decodePt(file(text("\x05")))).toThrow(/does not fit/);
  });

  it("notices truncation, a flipped byte and a file of another kind", () => {
    const good = encodePt(new PtTensor([2], "float32", Float32Array.of(1, 2)), "x");
    expect(() => decodePt(good.subarray(0, good.length - 30))).toThrow(UserError);
    const flipped = good.slice();
    const at = new DataView(good.buffer).getUint16(28, true) + 30 + "x/data.pkl".length; // first byte of data.pkl
    flipped[at + 20]! ^= 1;
    expect(() => decodePt(flipped, "x.pt")).toThrow(/CRC of "x\/data.pkl"/);
    expect(() => decodePt(new Uint8Array(100))).toThrow(/not a zip/);
    expect(() => decodePt(encodeStoredZip([{ path: "a.txt", bytes: new Uint8Array(1) }]))).toThrow(
      /no data.pkl/,
    );
  });
});
