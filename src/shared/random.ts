/**
 * Counter-based random numbers: value n of a stream depends on (key, n) alone, so a stream can be stored as
 * two integers and continued exactly, and streams that were forked never overlap by accident.
 * The mixing function is the finaliser of MurmurHash3 (public domain), applied twice with the key in between.
 */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The place of a stream, to be stored in a checkpoint. */
export interface RandomState {
  key: number;
  counter: number;
}

export class Random {
  private readonly key: number;
  private counter: number;

  /** @param seed a whole number, or a stored state */
  constructor(seed: number | RandomState) {
    this.key = typeof seed === "number" ? mix(seed ^ 0x9e3779b9) : seed.key;
    this.counter = typeof seed === "number" ? 0 : seed.counter;
  }

  get state(): RandomState {
    return { key: this.key, counter: this.counter };
  }

  /** An independent stream named by `label`; it does not advance this one. */
  fork(label: string | number): Random {
    let h = this.key;
    for (const char of String(label)) h = mix(h ^ Math.imul(char.charCodeAt(0) + 0x9e37, 0x85ebca77));
    return new Random({ key: mix(h ^ 0x5bd1e995), counter: 0 });
  }

  /** 32 random bits. */
  bits(): number {
    const n = this.counter++;
    const low = mix(Math.imul(n, 0x9e3779b1) ^ this.key);
    return mix(low ^ Math.imul(this.key, 0x85ebca77) ^ Math.floor(n / 0x100000000));
  }

  /** Uniform in [0, 1), 24 bits so that it is exact in float32. */
  uniform(): number {
    return (this.bits() >>> 8) / 0x1000000;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** A whole number in [0, n). */
  below(n: number): number {
    return Math.floor((this.bits() / 0x100000000) * n);
  }

  /** Standard normal, by Box and Muller. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log((this.bits() + 1) / 0x100000001));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Fills an array with uniform numbers in [low, high). */
  fillUniform(out: Float32Array, low = 0, high = 1): Float32Array {
    for (let i = 0; i < out.length; i++) out[i] = this.between(low, high);
    return out;
  }

  /** Fills an array with normal numbers. */
  fillNormal(out: Float32Array, mean = 0, std = 1): Float32Array {
    for (let i = 0; i < out.length; i++) out[i] = mean + std * this.normal();
    return out;
  }

  /** A random order of 0 … n-1. */
  permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const swapped = order[i]!;
      order[i] = order[j]!;
      order[j] = swapped;
    }
    return order;
  }

  /** `count` different whole numbers in [0, n), in random order. */
  choose(n: number, count: number): Uint32Array {
    if (count > n) throw new Error(`Random.choose(): wanted ${count} of ${n}`);
    if (count * 4 > n) return this.permutation(n).subarray(0, count);
    const chosen = new Set<number>();
    while (chosen.size < count) chosen.add(this.below(n));
    return Uint32Array.from(chosen);
  }
}
