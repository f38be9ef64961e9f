/**
 * Signed distances of the ten shapes: negative inside, positive outside, in units of the shape's radius, with y
 * pointing down. Being distances and not masks, they give an anti-aliased edge at any pose and need no canvas.
 * The polygon and heart formulas are those of Quilez, "2D distance functions"; a union or an intersection is the
 * minimum or maximum, which is exact on the outline.
 */
export type SignedDistance = (x: number, y: number) => number;

const circle =
  (radius: number, cx = 0, cy = 0): SignedDistance =>
  (x, y) =>
    Math.hypot(x - cx, y - cy) - radius;

const ring: SignedDistance = (x, y) => Math.abs(Math.hypot(x, y) - 0.74) - 0.24;

/** A disc of which a second disc has bitten a part. */
function crescent(x: number, y: number): number {
  const disc = Math.hypot(x + 0.1, y) - 0.98;
  const bite = Math.hypot(x - 0.4, y) - 0.78;
  return Math.max(disc, -bite);
}

/** The heart, tip downwards, moved and scaled into the unit disc. */
function heart(x: number, y: number): number {
  const size = 1.55;
  const px = Math.abs(x) / size;
  const py = (0.86 - y) / size;
  if (px + py > 1) return (Math.hypot(px - 0.25, py - 0.75) - Math.SQRT2 / 4) * size;
  const along = Math.max(px + py, 0) / 2;
  const distance = Math.min(Math.hypot(px, py - 1), Math.hypot(px - along, py - along));
  return distance * Math.sign(px - py) * size;
}

/** Distance to a closed polygon given as x, y, x, y, …: the nearest edge, with the sign of the winding. */
function polygon(...points: number[]): SignedDistance {
  const count = points.length / 2;
  return (x, y) => {
    let nearest = Infinity;
    let sign = 1;
    for (let i = 0, j = count - 1; i < count; j = i++) {
      const ax = points[2 * i]!;
      const ay = points[2 * i + 1]!;
      const ex = points[2 * j]! - ax;
      const ey = points[2 * j + 1]! - ay;
      const wx = x - ax;
      const wy = y - ay;
      const along = Math.min(Math.max((wx * ex + wy * ey) / (ex * ex + ey * ey), 0), 1);
      const dx = wx - ex * along;
      const dy = wy - ey * along;
      nearest = Math.min(nearest, dx * dx + dy * dy);
      const above = y >= ay;
      const below = y < points[2 * j + 1]!;
      const left = ex * wy > ey * wx;
      if (above === below && above === left) sign = -sign;
    }
    return sign * Math.sqrt(nearest);
  };
}

/** Corners on the unit circle, the first one upwards; `inner` radii in between make a star. */
function regular(corners: number, inner?: number): SignedDistance {
  const points: number[] = [];
  const steps = inner === undefined ? corners : 2 * corners;
  for (let i = 0; i < steps; i++) {
    const radius = inner !== undefined && i % 2 === 1 ? inner : 1;
    const angle = (2 * Math.PI * i) / steps - Math.PI / 2;
    points.push(radius * Math.cos(angle), radius * Math.sin(angle));
  }
  return polygon(...points);
}

const square = polygon(-0.78, -0.78, 0.78, -0.78, 0.78, 0.78, -0.78, 0.78);
const arm = 0.32;
const cross = polygon(
  ...[-arm, -1, arm, -1, arm, -arm, 1, -arm, 1, arm, arm, arm],
  ...[arm, 1, -arm, 1, -arm, arm, -1, arm, -1, -arm, -arm, -arm],
);
const arrow = polygon(0, -1, 0.85, 0, 0.3, 0, 0.3, 0.95, -0.3, 0.95, -0.3, 0, -0.85, 0);
const hourglass = polygon(-0.8, -0.9, 0.8, -0.9, 0.12, 0, 0.8, 0.9, -0.8, 0.9, -0.12, 0);

/** The classes in label order, each within about the unit disc. */
export const shapes: { name: string; distance: SignedDistance }[] = [
  { name: "circle", distance: circle(0.88) },
  { name: "ring", distance: ring },
  { name: "square", distance: square },
  { name: "triangle", distance: regular(3) },
  { name: "star", distance: regular(5, 0.42) },
  { name: "cross", distance: cross },
  { name: "heart", distance: heart },
  { name: "crescent", distance: crescent },
  { name: "arrow", distance: arrow },
  { name: "hourglass", distance: hourglass },
];
