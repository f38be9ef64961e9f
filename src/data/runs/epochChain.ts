/** Which stored epochs an epoch is read from: itself, or with those that it is a difference from. */
import { WHOLE_EVERY } from "@/shared/epochBytes";
import type { ExpertState, WeightPrecision } from "@/shared/trajectories";
import { packEpoch, unpackChain, type StoredWeights } from "./packedWeights";

/** An epoch among those of its expert. */
export interface EpochLink {
  epoch: number;
  precision: WeightPrecision;
  /** SHA-256 of its bytes, hex. */
  sha256: string;
  /** Of compact weights: what they are a difference from. */
  from?: Pick<EpochLink, "epoch" | "sha256">;
}

/** What an epoch is read from, in this order, a whole one first; null when one of them is missing or another by now. */
export function chainOf<L extends EpochLink>(links: readonly L[], epoch: number): L[] | null {
  const chain: L[] = [];
  let next = links.find((link) => link.epoch === epoch);
  while (next && !chain.includes(next)) {
    chain.unshift(next);
    const { from } = next;
    if (!from) return chain;
    next = links.find((link) => link.epoch === from.epoch && link.sha256 === from.sha256);
  }
  return null;
}

/** The weights [P] of an epoch; null where `chainOf` is. @param bytesOf the bytes of a stored one */
export async function weightsInChain<L extends EpochLink>(
  links: readonly L[],
  epoch: number,
  bytesOf: (link: L) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<Float32Array<ArrayBuffer> | null> {
  const chain = chainOf(links, epoch);
  if (!chain) return null;
  const read = chain.map(async (link) => ({ precision: link.precision, bytes: await bytesOf(link) }));
  return unpackChain(await Promise.all(read));
}

/**
 * A new epoch of an expert as bytes, compact ones as a difference from the epoch before.
 * @param whose for messages: "Expert 3"
 * @param weightsOf the weights of a stored epoch
 * @throws UserError when half precision has no place for a weight
 */
export async function packInChain<L extends EpochLink>(
  links: readonly L[],
  { epoch, weights }: ExpertState,
  precision: WeightPrecision,
  whose: string,
  weightsOf: (epoch: number) => Promise<Float32Array>,
): Promise<StoredWeights & Pick<EpochLink, "from">> {
  const base = precision === "compact" ? baseOf(links, epoch) : null;
  if (!base) return packEpoch(weights, precision, whose);
  const packed = packEpoch(weights, precision, whose, await weightsOf(base.epoch));
  return { ...packed, from: { epoch: base.epoch, sha256: base.sha256 } };
}

/** What a new compact epoch is stored as a difference from; null when it has to be whole. */
function baseOf<L extends EpochLink>(links: readonly L[], epoch: number): L | null {
  const earlier = links.filter((link) => link.epoch < epoch);
  const last = earlier.reduce<L | null>(
    (best, link) => (best && best.epoch > link.epoch ? best : link),
    null,
  );
  const chain = last && chainOf(links, last.epoch);
  return chain && chain.length < WHOLE_EVERY ? last : null;
}

/** The other epochs that cannot be read any more once this one is in the place of the one before it. */
export function lostWith<L extends EpochLink>(links: readonly L[], put: EpochLink): L[] {
  const others = links.filter(({ epoch }) => epoch !== put.epoch);
  return others.filter(({ epoch }) => chainOf<EpochLink>([...others, put], epoch) === null);
}
