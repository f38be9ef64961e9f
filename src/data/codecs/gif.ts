/** Animated GIF: a palette for all frames, frames in LZW. Source: CompuServe, GIF89a specification, 1990. */
import { paletteOf } from "./gifPalette";

export interface GifFrame {
  /** [height][width][channels] */
  pixels: Uint8Array;
  delayMs: number;
}

export interface GifImage {
  width: number;
  height: number;
  channels: 1 | 3;
  frames: readonly GifFrame[];
}

const CODE_BITS = 8; // a palette of 256
const CLEAR = 1 << CODE_BITS;
const END = CLEAR + 1;
const MOST_CODES = 4096;
const LARGEST_BLOCK = 255;

/** The file, which plays again and again. Exact where the frames have 256 colours at most. */
export function encodeGif({ width, height, channels, frames }: GifImage): Uint8Array<ArrayBuffer> {
  const { colours, indicesOf } = paletteOf(
    frames.map(({ pixels }) => pixels),
    channels,
  );
  const out = new GifBytes();
  out.ascii("GIF89a").uint16(width).uint16(height).bytes([0xf7, 0, 0]).bytes(colours); // 256 colours, 8 bits each
  out.bytes([0x21, 0xff, 11]).ascii("NETSCAPE2.0").bytes([3, 1]).uint16(0).bytes([0]); // without end
  const codes = new LzwCodes();
  for (const { pixels, delayMs } of frames) {
    out
      .bytes([0x21, 0xf9, 4, 0])
      .uint16(Math.round(delayMs / 10))
      .bytes([0, 0]);
    out.bytes([0x2c]).uint16(0).uint16(0).uint16(width).uint16(height).bytes([0, CODE_BITS]);
    codes.write(indicesOf(pixels), out);
  }
  return out.bytes([0x3b]).finish();
}

/** Bytes that are added one after the other. */
class GifBytes {
  private buffer = new Uint8Array(1 << 16);
  private length = 0;

  bytes(values: ArrayLike<number>): this {
    if (this.length + values.length > this.buffer.length) {
      const larger = new Uint8Array(2 * (this.length + values.length));
      larger.set(this.buffer);
      this.buffer = larger;
    }
    this.buffer.set(values, this.length);
    this.length += values.length;
    return this;
  }

  uint16(value: number): this {
    return this.bytes([value & 0xff, value >>> 8]);
  }

  ascii(text: string): this {
    return this.bytes(Array.from(text, (letter) => letter.charCodeAt(0)));
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.buffer.slice(0, this.length);
  }
}

/** LZW with codes of 9 to 12 bits, in blocks of up to 255 bytes. */
class LzwCodes {
  /** The code of each prefix and next index, and behind it for which dictionary it holds. */
  private readonly table = new Int32Array(MOST_CODES * 256);
  private dictionary = 0;
  private readonly block = new Uint8Array(LARGEST_BLOCK);
  private filled = 0;
  private waiting = 0; // bits
  private waitingBits = 0;

  write(indices: Uint8Array, out: GifBytes): void {
    let bits = CODE_BITS + 1;
    let next = END + 1;
    this.dictionary++;
    this.emit(CLEAR, bits, out);
    let prefix = indices[0]!;
    for (let i = 1; i < indices.length; i++) {
      const slot = (prefix << 8) | indices[i]!;
      const entry = this.table[slot]!;
      if (entry >>> 12 === this.dictionary) {
        prefix = entry & (MOST_CODES - 1);
        continue;
      }
      this.emit(prefix, bits, out);
      if (next === MOST_CODES) {
        this.emit(CLEAR, bits, out);
        this.dictionary++;
        bits = CODE_BITS + 1;
        next = END + 1;
      } else {
        if (next === 1 << bits) bits++;
        this.table[slot] = (this.dictionary << 12) | next++;
      }
      prefix = indices[i]!;
    }
    this.emit(prefix, bits, out);
    if (next === 1 << bits && bits < 12) bits++; // as the reader, who has counted this code too
    this.emit(END, bits, out);
    while (this.waitingBits > 0) this.flushByte(out);
    this.flushBlock(out);
    out.bytes([0]); // no more blocks
  }

  private emit(code: number, bits: number, out: GifBytes): void {
    this.waiting |= code << this.waitingBits;
    this.waitingBits += bits;
    while (this.waitingBits >= 8) this.flushByte(out);
  }

  private flushByte(out: GifBytes): void {
    this.block[this.filled++] = this.waiting & 0xff;
    this.waiting >>>= 8;
    this.waitingBits = Math.max(0, this.waitingBits - 8);
    if (this.filled === LARGEST_BLOCK) this.flushBlock(out);
  }

  private flushBlock(out: GifBytes): void {
    if (this.filled > 0) out.bytes([this.filled]).bytes(this.block.subarray(0, this.filled));
    this.filled = 0;
  }
}
