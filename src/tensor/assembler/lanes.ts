/**
 * Arithmetic on float32, on four neighbouring numbers at once or on one: code that is written for `Lanes` exists in both
 * forms, and what is left over behind the last four takes the second. Only instructions of plain SIMD, so that no result
 * depends on the machine: there is no fused multiply-add.
 */
import { float, unsigned } from "./encoding";
import { integer, type Int, type Value } from "./integers";

/** What one form computes must not reach the other: WebAssembly refuses such a module. */
export type Numbers = Value<"f32" | "v128">;

export interface Lanes {
  readonly type: "f32" | "v128";
  /** How many numbers, and their bytes. */
  readonly count: number;
  readonly bytes: number;
  /** Numbers side by side. @param offset in bytes, from the address */
  load: (address: Int, offset?: number) => Numbers;
  /** One number in all lanes. */
  loadSame: (address: Int, offset?: number) => Numbers;
  store: (address: Int, value: Numbers, offset?: number) => readonly number[];
  constant: (value: number) => Numbers;
  ofInteger: (value: Int) => Numbers;
  add: (a: Numbers, b: Numbers) => Numbers;
  sub: (a: Numbers, b: Numbers) => Numbers;
  mul: (a: Numbers, b: Numbers) => Numbers;
  div: (a: Numbers, b: Numbers) => Numbers;
  sqrt: (a: Numbers) => Numbers;
  /** max(a, 0); lets NaN through. */
  positive: (a: Numbers) => Numbers;
  /** `value` where `sign` is above 0, else 0. */
  whereAbove: (sign: Numbers, value: Numbers) => Numbers;
}

interface Instructions {
  type: Lanes["type"];
  load: readonly number[];
  loadSame: readonly number[];
  store: readonly number[];
  /** @param bytes of an f32 */
  constant: (bytes: readonly number[]) => readonly number[];
  /** From one f32 on the stack. */
  splat: readonly number[];
  arithmetic: Record<"add" | "sub" | "mul" | "div", readonly number[]>;
  sqrt: readonly number[];
  positive: (a: readonly number[], zero: readonly number[]) => readonly number[];
  whereAbove: (
    sign: readonly number[],
    value: readonly number[],
    zero: readonly number[],
  ) => readonly number[];
}

/** v128 instructions come behind a prefix. */
const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];
/** The alignment is a hint, the smallest one is always true; then the offset. */
const place = (offset: number): number[] => [0, ...unsigned(offset)];
const CONVERT = 0xb2; // i32 -> f32

function lanesOf(count: number, own: Instructions): Lanes {
  const value = (...code: (readonly number[])[]): Numbers => ({ type: own.type, code: code.flat() });
  const constant = (x: number) => value(own.constant(float(x)));
  const zero = constant(0).code;
  const binary = (name: keyof Instructions["arithmetic"]) => (a: Numbers, b: Numbers) =>
    value(a.code, b.code, own.arithmetic[name]);
  return {
    type: own.type,
    count,
    bytes: 4 * count,
    load: (address, offset = 0) => value(integer(address).code, own.load, place(offset)),
    loadSame: (address, offset = 0) => value(integer(address).code, own.loadSame, place(offset)),
    store: (address, { code }, offset = 0) => [
      ...integer(address).code,
      ...code,
      ...own.store,
      ...place(offset),
    ],
    constant,
    ofInteger: (x) => value(integer(x).code, [CONVERT], own.splat),
    add: binary("add"),
    sub: binary("sub"),
    mul: binary("mul"),
    div: binary("div"),
    sqrt: ({ code }) => value(code, own.sqrt),
    positive: ({ code }) => value(own.positive(code, zero)),
    whereAbove: (sign, { code }) => value(own.whereAbove(sign.code, code, zero)),
  };
}

export const vector: Lanes = lanesOf(4, {
  type: "v128",
  load: simd(0x00),
  loadSame: simd(0x09),
  store: simd(0x0b),
  constant: (bytes) => [...simd(0x0c), ...bytes, ...bytes, ...bytes, ...bytes],
  splat: simd(0x13),
  arithmetic: { add: simd(0xe4), sub: simd(0xe5), mul: simd(0xe6), div: simd(0xe7) },
  sqrt: simd(0xe3),
  positive: (a, zero) => [...a, ...zero, ...simd(0xeb)], // pmax: a < 0 ? 0 : a
  whereAbove: (sign, value, zero) => [...value, ...sign, ...zero, ...simd(0x44), ...simd(0x4e)], // value & (sign > 0)
});

export const scalar: Lanes = lanesOf(1, {
  type: "f32",
  load: [0x2a],
  loadSame: [0x2a],
  store: [0x38],
  constant: (bytes) => [0x43, ...bytes],
  splat: [],
  arithmetic: { add: [0x92], sub: [0x93], mul: [0x94], div: [0x95] },
  sqrt: [0x91],
  positive: (a, zero) => [...a, ...zero, 0x97],
  whereAbove: (sign, value, zero) => [...value, ...zero, ...sign, ...zero, 0x5e, 0x1b], // select
});

/** Of a vector, the first lanes alone, one by one: for what has no room for four. */
export const someLanes = (count: number) => ({
  load: (address: Int, offset = 0): Numbers => {
    const code = Array.from({ length: count }, (_, lane) => lane).reduce<readonly number[]>(
      (before, lane) => [
        ...integer(address).code,
        ...before,
        ...simd(0x56),
        ...place(offset + 4 * lane),
        lane,
      ],
      vector.constant(0).code,
    );
    return { type: "v128", code };
  },
  store: (address: Int, { code }: Numbers, offset = 0): readonly number[] =>
    Array.from({ length: count }, (_, lane) => [
      ...integer(address).code,
      ...code,
      ...simd(0x5a),
      ...place(offset + 4 * lane),
      lane,
    ]).flat(),
});
