/** Code that is assembled here does in WebAssembly what the same does in JavaScript. */
import { describe, expect, it } from "vitest";
import { signed, unsigned } from "./encoding";
import { FunctionCode } from "./functionCode";
import { chosen, isBelow, minus, plus, quotient, smaller, times, type Int } from "./integers";
import { scalar, vector, type Lanes, type Numbers } from "./lanes";
import { ENTRY, MEMORY, moduleBytes } from "./moduleBytes";

const PAGE = 65536;

/** Compiles and runs a function on a memory of its own. */
function run(
  parameters: readonly string[],
  write: (code: FunctionCode) => void,
  args: readonly number[],
  memory = new WebAssembly.Memory({ initial: 1 }),
): WebAssembly.Memory {
  const code = new FunctionCode(parameters);
  write(code);
  const module = new WebAssembly.Module(moduleBytes(code));
  const { exports } = new WebAssembly.Instance(module, { [MEMORY.module]: { [MEMORY.name]: memory } });
  (exports[ENTRY] as (...values: number[]) => void)(...args);
  return memory;
}

/** What an expression of a and b is. */
function integerOf(expression: (a: Int, b: Int) => Int, a: number, b: number): number {
  const write = (code: FunctionCode) => {
    const value = code.let(expression(code.argument("a"), code.argument("b")));
    code.store(scalar, 0, scalar.ofInteger(value));
  };
  return new Float32Array(run(["a", "b"], write, [a, b]).buffer)[0]!;
}

describe("encoding", () => {
  it("writes LEB128 as the format's own examples have it", () => {
    expect(unsigned(624485)).toEqual([0xe5, 0x8e, 0x26]);
    expect(unsigned(127)).toEqual([127]);
    expect(unsigned(2 ** 31)).toEqual([128, 128, 128, 128, 8]);
    expect(signed(-123456)).toEqual([0xc0, 0xbb, 0x78]);
    expect([63, 64, -64, -65, -1].map(signed)).toEqual([[63], [0xc0, 0], [0x40], [0xbf, 0x7f], [0x7f]]);
  });
});

describe("integers", () => {
  it.each([
    ["plus", (a: Int, b: Int) => plus(a, b, 1000), 5 + 7 + 1000],
    ["minus", minus, -2],
    ["times", (a: Int, b: Int) => times(a, b, 3), 105],
    ["quotient", (a: Int, b: Int) => quotient(b, a), 1],
    ["isBelow", isBelow, 1],
    ["isBelow, negative", (a: Int, b: Int) => isBelow(minus(a, b), b), 0],
    ["smaller", (a: Int, b: Int) => smaller(b, a), 5],
    ["chosen", (a: Int, b: Int) => chosen(isBelow(b, a), a, b), 7],
  ])("%s, computed there and of numbers known before", (_, expression, wanted) => {
    expect(integerOf(expression, 5, 7)).toBe(wanted);
    expect(integerOf(() => expression(5, 7), 0, 0)).toBe(wanted);
  });
});

const A = [1.5, -2, 0.25, NaN];
const B = [0.5, 4, -8, 1];
const OPERATIONS: [
  string,
  (lanes: Lanes, a: Numbers, b: Numbers) => Numbers,
  (a: number, b: number) => number,
][] = [
  ["add", (lanes, a, b) => lanes.add(a, b), (a, b) => a + b],
  ["sub", (lanes, a, b) => lanes.sub(a, b), (a, b) => a - b],
  ["mul", (lanes, a, b) => lanes.mul(a, b), (a, b) => a * b],
  ["div", (lanes, a, b) => lanes.div(a, b), (a, b) => a / b],
  ["sqrt", (lanes, a) => lanes.sqrt(a), (a) => Math.fround(Math.sqrt(a))],
  ["positive", (lanes, a) => lanes.positive(a), (a) => Math.max(a, 0)],
  ["whereAbove", (lanes, a, b) => lanes.whereAbove(a, b), (a, b) => (a > 0 ? b : 0)],
  ["constant", (lanes) => lanes.constant(0.75), () => 0.75],
  ["ofInteger", (lanes) => lanes.ofInteger(-3), () => -3],
];

describe.each([
  ["vector", vector],
  ["scalar", scalar],
])("%s", (_, lanes) => {
  it.each(OPERATIONS)("%s", (_, operation, wanted) => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    new Float32Array(memory.buffer).set([...A, ...B]);
    const write = (code: FunctionCode) => {
      code.each(0, 16, lanes.bytes, (at) =>
        code.store(lanes, at, operation(lanes, lanes.load(at), lanes.load(at, 16)), 32),
      );
    };
    run([], write, [], memory);
    expect([...new Float32Array(memory.buffer, 32, 4)]).toEqual(A.map((a, i) => wanted(a, B[i]!)));
  });

  it("loads one number into all lanes", () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    new Float32Array(memory.buffer).set(B);
    run([], (code) => code.store(lanes, 16, lanes.loadSame(0, 4)), [], memory);
    expect([...new Float32Array(memory.buffer, 16, lanes.count)]).toEqual(Array(lanes.count).fill(4));
  });
});

describe("statements", () => {
  /** The numbers that a function notes, one after another. */
  const noted = (
    write: (code: FunctionCode, note: (value: Int) => void) => void,
    count: number,
  ): number[] => {
    const memory = run(
      ["count"],
      (code) => {
        const at = code.let(4);
        write(code, (value) => {
          code.store(scalar, at, scalar.ofInteger(value));
          code.advance(at, 4);
        });
        code.store(scalar, 0, scalar.ofInteger(quotient(minus(at, 4), 4)));
      },
      [count],
    );
    const numbers = new Float32Array(memory.buffer);
    return [...numbers.subarray(1, 1 + numbers[0]!)];
  };

  it.each([0, 1, 3])("repeat goes round %i times", (count) => {
    expect(noted((code, note) => code.repeat(code.argument("count"), () => note(7)), count)).toEqual(
      Array(count).fill(7),
    );
  });

  it("each takes whole steps and tells where the rest begins", () => {
    const steps = (count: number) =>
      noted((code, note) => note(code.each(1, code.argument("count"), 4, note)), count);
    expect(steps(1)).toEqual([1]);
    expect(steps(4)).toEqual([1]);
    expect(steps(5)).toEqual([1, 5]);
    expect(steps(12)).toEqual([1, 5, 9]);
  });

  it("chunks leave a smaller one to the end", () => {
    const chunks = (count: number) =>
      noted(
        (code, note) => code.chunks(code.argument("count"), 4, (start, size) => [start, size].forEach(note)),
        count,
      );
    expect(chunks(0)).toEqual([]);
    expect(chunks(8)).toEqual([0, 4, 4, 4]);
    expect(chunks(9)).toEqual([0, 4, 4, 4, 8, 1]);
  });

  it("when asks", () => {
    const asked = (count: number) =>
      noted((code, note) => code.when(isBelow(code.argument("count"), 3), () => note(1)), count);
    expect([2, 3].map(asked)).toEqual([[1], []]);
  });

  it("clear and copy touch their bytes alone", () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    new Float32Array(memory.buffer).fill(1);
    run(
      [],
      (code) => {
        code.clear(4, 8);
        code.copy(PAGE - 12, 0, 8);
      },
      [],
      memory,
    );
    const numbers = new Float32Array(memory.buffer);
    expect([...numbers.subarray(0, 4)]).toEqual([1, 0, 0, 1]);
    expect([...numbers.subarray(-4)]).toEqual([1, 1, 0, 1]);
  });

  it("knows no parameter that was not named", () => {
    expect(() => new FunctionCode(["a"]).argument("b")).toThrow('there is no "b" among a');
  });
});
