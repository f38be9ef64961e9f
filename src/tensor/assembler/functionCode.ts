import { unsigned } from "./encoding";
import {
  integer,
  isBelow,
  minus,
  plus,
  quotient,
  smaller,
  times,
  type Int,
  type Value,
  type ValueType,
} from "./integers";
import type { Lanes, Numbers } from "./lanes";

/** A value that was computed, by its index among the function's locals. */
export interface Variable<T extends ValueType = ValueType> extends Value<T> {
  readonly index: number;
}

export type NumbersVariable = Variable<"f32" | "v128">;

export const TYPE_BYTES: Record<ValueType, number> = { i32: 0x7f, f32: 0x7d, v128: 0x7b };

const EMPTY = 0x40; // a block without results
const [BLOCK, LOOP, IF, END, BRANCH_IF, IS_ZERO] = [0x02, 0x03, 0x04, 0x0b, 0x0d, 0x45];

/**
 * The code of one function, of which each call appends a part: variables, stores and loops. Its parameters are integers
 * with names; it returns nothing.
 */
export class FunctionCode {
  private readonly body: number[] = [];
  private readonly locals: ValueType[] = [];

  constructor(private readonly parameters: readonly string[]) {}

  /** A parameter. @throws Error if there is none of the name */
  argument(name: string): Value<"i32"> {
    const index = this.parameters.indexOf(name);
    if (index < 0) throw new Error(`argument(): there is no "${name}" among ${this.parameters.join(", ")}`);
    return { type: "i32", code: [0x20, ...unsigned(index)] };
  }

  /** Computes a value once. */
  let<T extends ValueType>(value: Value<T>): Variable<T>;
  let(value: Int): Variable<"i32">;
  let(value: Int | Value): Variable {
    const { type } = typeof value === "number" ? integer(value) : value;
    const index = this.parameters.length + this.locals.push(type) - 1;
    const variable = { type, index, code: [0x20, ...unsigned(index)] };
    this.set(variable, value);
    return variable;
  }

  set(variable: Variable, value: Int | Value): void {
    const { code } = typeof value === "number" ? integer(value) : value;
    this.body.push(...code, 0x21, ...unsigned(variable.index));
  }

  /** variable + step */
  advance(variable: Variable<"i32">, step: Int): void {
    this.set(variable, plus(variable, step));
  }

  store(lanes: Pick<Lanes, "store">, address: Int, value: Numbers, offset = 0): void {
    this.body.push(...lanes.store(address, value, offset));
  }

  /** So many zero bytes. */
  clear(address: Int, bytes: Int): void {
    this.body.push(...[address, 0, bytes].flatMap((value) => [...integer(value).code]), 0xfc, 11, 0);
  }

  /** Copies bytes to an address from another one. */
  copy(to: Int, from: Int, bytes: Int): void {
    this.body.push(...[to, from, bytes].flatMap((value) => [...integer(value).code]), 0xfc, 10, 0, 0);
  }

  when(condition: Int, body: () => void): void {
    this.body.push(...integer(condition).code, IF, EMPTY);
    body();
    this.body.push(END);
  }

  /** Goes through `body` so many times; not at all for 0. */
  repeat(count: Int, body: () => void): void {
    const left = this.let(count);
    this.body.push(BLOCK, EMPTY, ...left.code, IS_ZERO, BRANCH_IF, 0, LOOP, EMPTY);
    body();
    this.advance(left, -1);
    this.body.push(...left.code, BRANCH_IF, 0, END, END);
  }

  /** For i = from, from + step, … as long as i + step ≤ until. @returns the first i that was not taken */
  each(from: Int, until: Int, step: Int, body: (i: Variable<"i32">) => void): Variable<"i32"> {
    const i = this.let(from);
    const isDone = () => integer(isBelow(minus(until, i), step)).code;
    this.body.push(BLOCK, EMPTY, ...isDone(), BRANCH_IF, 0, LOOP, EMPTY);
    body(i);
    this.advance(i, step);
    this.body.push(...isDone(), IS_ZERO, BRANCH_IF, 0, END, END);
    return i;
  }

  /** Goes through `total` in chunks of `size`, of which the last may be smaller. */
  chunks(total: Int, size: Int, body: (start: Int, count: Int) => void): void {
    this.each(0, quotient(plus(total, size, -1), size), 1, (chunk) => {
      const start = this.let(times(chunk, size));
      body(start, this.let(smaller(size, minus(total, start))));
    });
  }

  /** Types and code, as a module holds them. */
  parts(): { parameters: number; locals: readonly ValueType[]; body: readonly number[] } {
    return { parameters: this.parameters.length, locals: this.locals, body: [...this.body, END] };
  }
}
