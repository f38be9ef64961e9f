import { describe, expect, it } from "vitest";
import { toFloat16 } from "./float16";
import { SafetensorsFile, SafetensorsWriter } from "./safetensors";

/** A file with this header and that many bytes of values. */
function file(header: unknown, bytes = 0): Blob {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const head = new Uint8Array(8 + json.length);
  new DataView(head.buffer).setBigUint64(0, BigInt(json.length), true);
  head.set(json, 8);
  return new Blob([head, new Uint8Array(bytes)]);
}

const f32 = (shape: number[], from: number, to: number) => ({
  dtype: "F32",
  shape,
  data_offsets: [from, to],
});

describe("safetensors", () => {
  it("gives back every dtype, shape and metadata string", async () => {
    const writer = new SafetensorsWriter({ format: "pt", "key é": '{"a":1}' });
    writer.put("u8", { dtype: "U8", shape: [3], data: Uint8Array.of(1, 2, 255) }); // leaves the next unaligned
    writer.put("f32", { dtype: "F32", shape: [2, 2], data: Float32Array.of(1.5, -0, NaN, 1e-40) });
    writer.put("f16", { dtype: "F16", shape: [2], data: toFloat16([0.5, 65504]) });
    writer.put("i64", { dtype: "I64", shape: [1, 2], data: BigInt64Array.of(-1n, 2n ** 62n) });
    writer.put("scalar", { dtype: "F32", shape: [], data: Float32Array.of(7) });
    writer.put("none", { dtype: "F32", shape: [0, 4], data: new Float32Array(0) });
    const blob = writer.finish();
    const read = await SafetensorsFile.open(blob);
    expect(read.metadata).toEqual({ format: "pt", "key é": '{"a":1}' });
    expect([...read.tensors.keys()].sort()).toEqual(["f16", "f32", "i64", "none", "scalar", "u8"]);
    expect((await read.read("u8")).data).toEqual(Uint8Array.of(1, 2, 255));
    expect(await read.read("f32")).toEqual({
      dtype: "F32",
      shape: [2, 2],
      data: Float32Array.of(1.5, -0, NaN, 1e-40),
    });
    expect(await read.readFloats("f16")).toEqual(Float32Array.of(0.5, 65504));
    expect((await read.read("i64")).data).toEqual(BigInt64Array.of(-1n, 2n ** 62n));
    expect(await read.readFloats("scalar")).toEqual(Float32Array.of(7));
    expect((await read.read("none")).data.length).toBe(0);
    await expect(read.readFloats("u8")).rejects.toThrow('"u8" holds U8, not floats');
    await expect(read.read("f64")).rejects.toThrow('has no "f64"');
  });

  it("is what the format says, byte by byte", async () => {
    const writer = new SafetensorsWriter();
    writer.put("a", { dtype: "U8", shape: [2], data: Uint8Array.of(9, 8) });
    const bytes = new Uint8Array(await writer.finish().arrayBuffer());
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(new TextDecoder().decode(bytes.subarray(8, 8 + length)).trimEnd()).toBe(
      '{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}',
    );
    expect([...bytes.subarray(8 + length)]).toEqual([9, 8]);
  });

  it.each([
    ["three bytes", new Blob([new Uint8Array(3)]), "fewer than 8 bytes"],
    ["a picture", new Blob([new Uint8Array(64).fill(0x89)]), "impossible header"],
    ["a header that is cut", file({ a: f32([1], 0, 4) }, 4).slice(0, 20), "ends in its header"],
    ["no JSON", file("{oops"), "no JSON object"],
    ["a list", file("[1]"), "no JSON object"],
    ["metadata of numbers", file({ __metadata__: { a: 1 } }), "not all strings"],
    ["values that are cut", file({ a: f32([2], 0, 8) }, 7), "cut short: "],
    ["more than announced", file({ a: f32([1], 0, 4) }, 5), "longer than its header says"],
    ["a wrong size", file({ a: f32([3], 0, 8) }, 8), 'holds 8 bytes for "a" [3], which needs 12'],
    ["an overlap", file({ a: f32([2], 0, 8), b: f32([1], 4, 8) }, 8), 'an overlap before "b"'],
    ["a gap", file({ a: f32([1], 4, 8) }, 8), 'a gap or an overlap before "a"'],
    ["backwards", file({ a: f32([1], 4, 0) }, 4), 'before "a"'],
    ["a negative place", file({ a: f32([1], -4, 0) }, 4), 'dtype, shape and place of "a"'],
    ["a huge shape", file({ a: f32([2 ** 30, 2 ** 30], 0, 4) }, 4), "impossible shape"],
    ["bfloat16", file({ a: { dtype: "BF16", shape: [1], data_offsets: [0, 2] } }, 2), "as BF16"],
    [
      "a dtype of Object",
      file({ a: { dtype: "toString", shape: [1], data_offsets: [0, 2] } }, 2),
      "as toString",
    ],
    ["no place", file({ a: { dtype: "F32", shape: [1] } }, 4), 'place of "a"'],
  ])("refuses %s", async (_, blob, says) => {
    await expect(SafetensorsFile.open(blob, "x.safetensors")).rejects.toThrow(says);
  });

  it("refuses to write what does not agree", () => {
    const writer = new SafetensorsWriter();
    expect(() => writer.put("a", { dtype: "U8", shape: [2], data: Uint8Array.of(1) })).toThrow("expected 2");
    writer.put("a", { dtype: "U8", shape: [1], data: Uint8Array.of(1) });
    expect(() => writer.put("a", { dtype: "U8", shape: [1], data: Uint8Array.of(1) })).toThrow("taken");
  });
});
