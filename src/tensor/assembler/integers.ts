/** Addresses, counts and what is computed of them. A value is the instructions that put it on the stack. */
import { signed } from "./encoding";

export type ValueType = "i32" | "f32" | "v128";

/** Instructions that leave one value; used twice they compute it twice, unless it is a variable. */
export interface Value<T extends ValueType = ValueType> {
  readonly type: T;
  readonly code: readonly number[];
}

/** An integer of 32 bits, or a number that is known when the code is made. */
export type Int = Value<"i32"> | number;

export const integer = (value: Int): Value<"i32"> =>
  typeof value === "number" ? { type: "i32", code: [0x41, ...signed(value)] } : value;

const binary =
  (opcode: number, folded: (a: number, b: number) => number) =>
  (a: Int, b: Int): Int =>
    typeof a === "number" && typeof b === "number"
      ? folded(a, b)
      : { type: "i32", code: [...integer(a).code, ...integer(b).code, opcode] };

export const minus = binary(0x6b, (a, b) => a - b);
/** a / b for numbers that are not negative, without the remainder. */
export const quotient = binary(0x6e, (a, b) => Math.floor(a / b));
/** Whether a < b, 1 or 0, of numbers that are not negative; a negative a is not. */
export const isBelow = binary(0x49, (a, b) => Number(a >>> 0 < b >>> 0));
export const smaller = (a: Int, b: Int): Int => chosen(isBelow(a, b), a, b);

const plusTwo = binary(0x6a, (a, b) => a + b);
const timesTwo = binary(0x6c, (a, b) => Math.imul(a, b));
export const plus = (...terms: readonly Int[]): Int => terms.reduce(plusTwo);
export const times = (...factors: readonly Int[]): Int => factors.reduce(timesTwo);

/** `yes` where the condition is not 0, else `no`; both are computed. */
export const chosen = (condition: Int, yes: Int, no: Int): Int => ({
  type: "i32",
  code: [...integer(yes).code, ...integer(no).code, ...integer(condition).code, 0x1b],
});
