/** Two cyclic redundancy checks of 32 bits, four bytes at a time. */

type Tables = [Int32Array, Int32Array, Int32Array, Int32Array];

const ISO = makeTables(0xedb88320);
const CASTAGNOLI = makeTables(0x82f63b78);

/** As in zip, gzip and PNG (ISO 3309). @param crc of the bytes before these, to continue it */
export const crc32 = (bytes: Uint8Array, crc = 0): number => checkOf(bytes, crc, ISO);

/** Castagnoli's CRC-32C, as in TFRecord (RFC 3720). */
export const crc32c = (bytes: Uint8Array): number => checkOf(bytes, 0, CASTAGNOLI);

function checkOf(bytes: Uint8Array, crc: number, [t0, t1, t2, t3]: Tables): number {
  let c = ~crc;
  let i = 0;
  for (; i + 4 <= bytes.length; i += 4) {
    c ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    c = t3[c & 255]! ^ t2[(c >>> 8) & 255]! ^ t1[(c >>> 16) & 255]! ^ t0[c >>> 24]!;
  }
  for (; i < bytes.length; i++) c = (c >>> 8) ^ t0[(c ^ bytes[i]!) & 255]!;
  return ~c >>> 0;
}

/** Table k holds the CRC of a byte that k zero bytes follow. */
function makeTables(polynomial: number): Tables {
  const first = new Int32Array(256);
  for (let n = 0; n < 256; n++) {
    let c = n;
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ polynomial : c >>> 1;
    first[n] = c;
  }
  const next = (before: Int32Array) => before.map((c) => (c >>> 8) ^ first[c & 255]!);
  const second = next(first);
  const third = next(second);
  return [first, second, third, next(third)];
}
