/**
 * One image of Shapes-10: a textured background, a shape at a random pose in a random texture of its own, an
 * occluder, and noise. Colours are drawn without looking at the class, so only the form tells the classes apart.
 */
import type { Random } from "@/shared/random";
import type { SignedDistance } from "./signedDistances";

export const SIZE = 32;

/** How hard the task is; the bench `sample` measures what these numbers lead to. */
export const LOOK = {
  /** Radius of the shape, pixels. */
  radius: [9, 12.5],
  /** Largest turn to either side, radians. */
  turn: 0.25,
  /** Largest shift of the centre, pixels. */
  shift: 2,
  /** Widths and heights differ by at most this factor. */
  stretch: 1.25,
  /** Difference between the two colours of one texture, in [0, 1]. */
  texture: 0.15,
  /** Smallest distance between the colours of shape and background, in the RGB cube. */
  contrast: 0.6,
  /** Chance of an occluder, and its half width in pixels. */
  occlusion: 0.3,
  occluder: [1, 2.5],
  /** Standard deviation of the noise, in [0, 1]. */
  noise: [0.02, 0.05],
} as const;

export type Look = {
  readonly [K in keyof typeof LOOK]: (typeof LOOK)[K] extends number ? number : readonly [number, number];
};

type Colour = readonly [number, number, number];
/** How much of the second colour there is at a pixel, 0..1. */
type Texture = (x: number, y: number) => number;

/**
 * Draws one image into `out` [32, 32, 3] of bytes, starting at `offset`.
 * @param noiseTable standard normal numbers, a power of two of them, of which each image reads a different stretch
 */
export function drawShape(
  distance: SignedDistance,
  random: Random,
  noiseTable: Float32Array,
  out: Uint8Array,
  offset: number,
  look: Look = LOOK,
): void {
  const back = drawColour(random);
  const front = drawContrasting(random, back, look.contrast);
  const backSecond = drawNear(random, back, look.texture);
  const frontSecond = drawNear(random, front, look.texture);
  const backTexture = drawTexture(random);
  const frontTexture = drawTexture(random);
  const coverage = drawPose(distance, random, look);
  const occluder = random.uniform() < look.occlusion ? drawOccluder(random, look) : null;
  const occluderColour = drawColour(random);
  const noise = random.between(...look.noise);
  let noiseAt = random.below(noiseTable.length);
  const noiseStep = 2 * random.below(64) + 1; // odd: visits the whole table

  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const shape = coverage(x, y);
      const backShare = shape < 1 ? backTexture(x, y) : 0;
      const frontShare = shape > 0 ? frontTexture(x, y) : 0;
      const hidden = occluder ? occluder(x, y) : 0;
      for (let channel = 0; channel < 3; channel++) {
        const behind = mix(back[channel]!, backSecond[channel]!, backShare);
        const inFront = mix(front[channel]!, frontSecond[channel]!, frontShare);
        const clean = mix(mix(behind, inFront, shape), occluderColour[channel]!, hidden);
        const value = clean + noise * noiseTable[noiseAt]!;
        noiseAt = (noiseAt + noiseStep) & (noiseTable.length - 1);
        out[offset++] = Math.min(Math.max(Math.round(value * 255), 0), 255);
      }
    }
  }
}

const mix = (a: number, b: number, share: number): number => a + (b - a) * share;
const clamp = (value: number): number => Math.min(Math.max(value, 0), 1);

const drawColour = (random: Random): Colour => [random.uniform(), random.uniform(), random.uniform()];

function drawNear(random: Random, colour: Colour, reach: number): Colour {
  return [
    clamp(colour[0] + random.between(-reach, reach)),
    clamp(colour[1] + random.between(-reach, reach)),
    clamp(colour[2] + random.between(-reach, reach)),
  ];
}

/** A colour at least `contrast` away; the cube is wide enough for one to turn up soon. */
function drawContrasting(random: Random, other: Colour, contrast: number): Colour {
  for (;;) {
    const colour = drawColour(random);
    if (Math.hypot(colour[0] - other[0], colour[1] - other[1], colour[2] - other[2]) >= contrast)
      return colour;
  }
}

/** A gradient, stripes or clouds. */
function drawTexture(random: Random): Texture {
  const kind = random.below(3);
  const angle = random.between(0, 2 * Math.PI);
  const phase = random.between(0, 2 * Math.PI);
  const wavelength = random.between(4, 16); // pixels
  const across = Math.cos(angle);
  const down = Math.sin(angle);
  if (kind === 0) return (x, y) => clamp(0.5 + ((x - SIZE / 2) * across + (y - SIZE / 2) * down) / SIZE);
  if (kind === 1) {
    const turns = (2 * Math.PI) / wavelength;
    return (x, y) => 0.5 + 0.5 * Math.sin((x * across + y * down) * turns + phase);
  }
  return drawClouds(random);
}

/** Values on a lattice of 6 x 6, smoothly interpolated. */
function drawClouds(random: Random): Texture {
  const lattice = random.fillUniform(new Float32Array(36));
  const cell = SIZE / 5;
  return (x, y) => {
    const column = Math.floor(x / cell);
    const row = Math.floor(y / cell);
    const right = smooth(x / cell - column);
    const below = smooth(y / cell - row);
    const at = row * 6 + column;
    const upper = mix(lattice[at]!, lattice[at + 1]!, right);
    const lower = mix(lattice[at + 6]!, lattice[at + 7]!, right);
    return mix(upper, lower, below);
  };
}

const smooth = (t: number): number => t * t * (3 - 2 * t);

/** The share of each pixel that the shape covers, at a random place, size, turn and stretch. */
function drawPose(distance: SignedDistance, random: Random, look: Look): Texture {
  const radius = random.between(...look.radius);
  const stretch = Math.exp(random.between(-1, 1) * 0.5 * Math.log(look.stretch));
  const turn = random.between(-look.turn, look.turn);
  const cx = SIZE / 2 - 0.5 + random.between(-look.shift, look.shift);
  const cy = SIZE / 2 - 0.5 + random.between(-look.shift, look.shift);
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  const reach = radius * stretch * 1.2 + 2;
  const reachDown = (radius / stretch) * 1.2 + 2;
  const limit = Math.max(reach, reachDown) ** 2;
  return (x, y) => {
    const dx = x - cx;
    const dy = y - cy;
    if (dx * dx + dy * dy > limit) return 0;
    const u = (dx * cos + dy * sin) / (radius * stretch);
    const v = ((dy * cos - dx * sin) * stretch) / radius;
    return clamp(0.5 - distance(u, v) * radius); // one pixel of soft edge
  };
}

/** A bar across the picture or a disc, somewhere near the middle. */
function drawOccluder(random: Random, look: Look): Texture {
  const cx = SIZE / 2 + random.between(-8, 8);
  const cy = SIZE / 2 + random.between(-8, 8);
  const half = random.between(...look.occluder);
  const angle = random.between(0, Math.PI);
  const across = Math.cos(angle);
  const down = Math.sin(angle);
  if (random.uniform() < 0.5)
    return (x, y) => clamp(half + 0.5 - Math.abs((x - cx) * across + (y - cy) * down));
  return (x, y) => clamp(2 * half + 0.5 - Math.hypot(x - cx, y - cy));
}
