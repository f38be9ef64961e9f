/**
 * A reader for Python pickles that builds plain values and never runs anything: every global has to be on the
 * caller's list, and an opcode that could do more than build a value is refused.
 * Source: CPython's pickletools.py, protocols 0 to 5 as far as tensors, arrays and plain containers need them. Bytes are
 * `Uint8Array`s; the texts of Python 2, which do not tell bytes from letters, are strings of Latin-1 up to 255 bytes
 * and bytes beyond.
 */
import { UserError } from "@/shared/errors";

export type PickleValue = unknown;

export interface PickleHooks {
  /** What a callable on the list makes of its arguments, by "module name". */
  globals: Readonly<Record<string, (args: PickleValue[]) => PickleValue>>;
  /** The object that a persistent id stands for. */
  persistent?: (id: PickleValue) => PickleValue;
}

/** A global that was named: it can be called by REDUCE or compared, no more. */
export class PickleGlobal {
  constructor(readonly path: string) {}
}

/** What a global made and BUILD may fill: nothing else in a pickle has a state. */
export abstract class PickleObject {
  /** @throws UserError when the state is not what such an object has */
  abstract setState(state: PickleValue): void;
}

const MARK = Symbol("mark");
const MAX_STACK = 1_000_000;

/** @throws UserError that names the first opcode or global that is not allowed, or where the pickle breaks off */
export function readPickle(bytes: Uint8Array, hooks: PickleHooks, where = "the pickle"): PickleValue {
  return new PickleReader(bytes, hooks, where).run();
}

class PickleReader {
  private at = 0;
  private readonly view: DataView;
  private readonly stack: PickleValue[] = [];
  private readonly memo = new Map<number, PickleValue>();

  constructor(
    private readonly bytes: Uint8Array,
    private readonly hooks: PickleHooks,
    private readonly where: string,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(): PickleValue {
    for (;;) {
      const opcode = String.fromCharCode(this.take(1)[0]!);
      if (opcode === ".") {
        if (this.stack.length !== 1) throw this.refuse("ends with an unfinished value");
        return this.stack[0];
      }
      this.step(opcode);
      if (this.stack.length > MAX_STACK) throw this.refuse("is too deep");
    }
  }

  private step(opcode: string): void {
    switch (opcode) {
      case "\x80": // PROTO
        if (this.take(1)[0]! > 5) throw this.refuse("uses a protocol newer than 5");
        return;
      case "\x95": // FRAME
        this.take(8);
        return;
      case "(":
        return this.push(MARK);
      case "N":
        return this.push(null);
      case "\x88":
        return this.push(true);
      case "\x89":
        return this.push(false);
      case "K":
        return this.push(this.take(1)[0]);
      case "M":
        return this.push(this.uint(2));
      case "J":
        return this.push(this.uint(4) | 0);
      case "\x8a": // LONG1
        return this.push(this.long(this.uint(1)));
      case "G": // BINFLOAT, big-endian
        this.take(8);
        return this.push(this.view.getFloat64(this.at - 8));
      case "X": // BINUNICODE
        return this.push(this.text(this.uint(4)));
      case "\x8c": // SHORT_BINUNICODE
        return this.push(this.text(this.uint(1)));
      case "U": // SHORT_BINSTRING, a text of Python 2
        return this.push(latin1(this.take(this.uint(1))));
      case "T": // BINSTRING
      case "B": // BINBYTES
        return this.push(this.take(this.uint(4)));
      case "C": // SHORT_BINBYTES
        return this.push(this.take(this.uint(1)));
      case "\x8e": // BINBYTES8
      case "\x96": // BYTEARRAY8
        return this.push(this.take(this.uint(8)));
      case ")":
        return this.push([]);
      case "]":
        return this.push([]);
      case "}":
        return this.push(new Map());
      case "t": // TUPLE
        return this.push(this.popToMark());
      case "\x85":
        return this.push(this.pop(1));
      case "\x86":
        return this.push(this.pop(2));
      case "\x87":
        return this.push(this.pop(3));
      case "a": // APPEND
        return this.extend(this.pop(1));
      case "e": // APPENDS
        return this.extend(this.popToMark());
      case "s": // SETITEM
        return this.assign(this.pop(2));
      case "u": // SETITEMS
        return this.assign(this.popToMark());
      case "q": // BINPUT
        return void this.memo.set(this.uint(1), this.top());
      case "r": // LONG_BINPUT
        return void this.memo.set(this.uint(4), this.top());
      case "\x94": // MEMOIZE
        return void this.memo.set(this.memo.size, this.top());
      case "h": // BINGET
        return this.recall(this.uint(1));
      case "j": // LONG_BINGET
        return this.recall(this.uint(4));
      case "c": // GLOBAL
        return this.name(this.line(), this.line());
      case "\x93": {
        // STACK_GLOBAL
        const [module, name] = this.pop(2);
        if (typeof module !== "string" || typeof name !== "string")
          throw this.refuse("names what is no text");
        return this.name(module, name);
      }
      case "Q": // BINPERSID
        if (!this.hooks.persistent) throw this.refuse("refers to data outside itself");
        return this.push(this.hooks.persistent(this.pop(1)[0]));
      case "R": {
        // REDUCE
        const [callable, args] = this.pop(2);
        if (!(callable instanceof PickleGlobal) || !Array.isArray(args))
          throw this.refuse("calls what is no function");
        return this.push(this.hooks.globals[callable.path]!(args as PickleValue[]));
      }
      case "b": {
        // BUILD
        const [state] = this.pop(1);
        const object = this.top();
        if (!(object instanceof PickleObject)) throw this.refuse("gives a state to what has none");
        return object.setState(state);
      }
      default:
        throw this.refuse(`uses opcode 0x${opcode.charCodeAt(0).toString(16)}, which is not read here`);
    }
  }

  private name(module: string, name: string): void {
    const path = `${module} ${name}`;
    if (!Object.hasOwn(this.hooks.globals, path))
      throw this.refuse(`asks for "${module}.${name}", which is not on the list of what may be read`);
    this.push(new PickleGlobal(path));
  }

  private push(value: PickleValue): void {
    this.stack.push(value);
  }

  private pop(count: number): PickleValue[] {
    if (this.stack.length < count) throw this.refuse("takes more than it has");
    const values = this.stack.splice(this.stack.length - count, count);
    if (values.includes(MARK)) throw this.refuse("takes more than it has");
    return values;
  }

  private popToMark(): PickleValue[] {
    const mark = this.stack.lastIndexOf(MARK);
    if (mark < 0) throw this.refuse("closes what it did not open");
    return this.stack.splice(mark).slice(1);
  }

  private top(): PickleValue {
    if (this.stack.length === 0) throw this.refuse("takes more than it has");
    return this.stack[this.stack.length - 1];
  }

  private extend(values: PickleValue[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw this.refuse("appends to what is no list");
    for (const value of values) list.push(value);
  }

  private assign(pairs: PickleValue[]): void {
    const map = this.top();
    if (!(map instanceof Map) || pairs.length % 2) throw this.refuse("sets items of what is no dictionary");
    for (let i = 0; i < pairs.length; i += 2) map.set(pairs[i], pairs[i + 1]);
  }

  private recall(index: number): void {
    if (!this.memo.has(index)) throw this.refuse("recalls what it never stored");
    this.push(this.memo.get(index));
  }

  private take(count: number): Uint8Array {
    if (this.at + count > this.bytes.length) throw this.refuse("is cut short");
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  private uint(count: 1 | 2 | 4 | 8): number {
    return this.take(count).reduceRight((sum, byte) => sum * 256 + byte, 0);
  }

  /** Little-endian two's complement of up to 255 bytes; only what a number holds exactly. */
  private long(count: number): number {
    const value = BigInt.asIntN(
      Math.max(8 * count, 1),
      this.take(count).reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n),
    );
    if (!Number.isSafeInteger(Number(value))) throw this.refuse("holds a number beyond 2^53");
    return Number(value);
  }

  private text(count: number): string {
    return new TextDecoder().decode(this.take(count));
  }

  private line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0) throw this.refuse("is cut short");
    const text = this.text(end - this.at);
    this.at = end + 1;
    return text;
  }

  private refuse(what: string): UserError {
    return new UserError(
      `${this.where} ${what} (byte ${this.at}).`,
      "Only plain tensors, numbers, texts, lists and dictionaries are read; nothing in it was run.",
    );
  }
}

/** A letter per byte; `TextDecoder` reads Windows-1252 under this name. */
function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes); // 255 at most
}
