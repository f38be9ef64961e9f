/**
 * What the norms have in common:  y = γ x̂ + β,  x̂ = r c,  c = x - mean x,  r = 1 / sqrt(mean c² + 1e-5).
 *
 *   J v = r (v - mean v - x̂ mean(v x̂))                        the Jacobian of x̂, which is symmetric
 *   dx = J u,  u = γ dy            dγ = Σ dy x̂     dβ = Σ dy
 *   x̂′ = J ẋ                       ẏ = γ x̂′ + γ̇ x̂ + β̇
 *   ḋx = J u̇ - r q dx - r x̂′ mean(u x̂) - r x̂ mean(u x̂′)       u̇ = γ ḋy + γ̇ dy,  q = mean(x̂ ẋ)
 *   ḋγ = Σ (ḋy x̂ + dy x̂′)          ḋβ = Σ ḋy
 *
 * With frozen statistics x̂ is an affine map: J v = r v and the last three terms of ḋx are gone. All means and
 * sums come from means over the rows of each channel, as γ is constant there.
 */
import * as tf from "@tensorflow/tfjs";
import {
  asRows,
  combineChannels,
  plusChannels,
  rowMean,
  widthMean,
  type ChannelTerm,
  type ChannelView,
} from "@/tensor/ops/channels";
import { partTensor, type FlatPart } from "@/tensor/ops/flatPart";
import type { Layer, Saved, StatisticsSpec, WeightSpec } from "./layer";

const EPSILON = 1e-5;

export interface NormOptions {
  shape: readonly number[];
  view: ChannelView;
  /** γ and β, one number per channel of the view. */
  weights: readonly WeightSpec[];
  statistics?: readonly StatisticsSpec[];
}

export function normLayer({ shape, view, weights, statistics = [] }: NormOptions): Layer {
  const groupMean = (x: tf.Tensor3D) => widthMean(x, view);
  const perChannel = (x: tf.Tensor) => x.reshape<tf.Tensor3D>([1, 1, view.channels]);
  const ofPart = (part: FlatPart) => perChannel(partTensor(part));
  /** Σ over outer and rows of numbers whose row means are given. */
  const sumOf = (means: tf.Tensor3D, rows: number) =>
    means.sum(0).mul(rows).reshape(weights[0]!.shape.slice());

  /** dx = r γ dy - r mean(γ dy) - c r³ mean(γ dy c), from the row means of dy and dy c. */
  const backward = (norm: Kept, dy: tf.Tensor3D, gamma: tf.Tensor3D, means: RowMeans | null) => {
    const { centred, inverseStd: r } = norm;
    const straight = [dy, r.mul(gamma)] as ChannelTerm;
    if (!means) return combineChannels([straight]);
    const along = cubed(r).mul<tf.Tensor3D>(groupMean(gamma.mul(means.alongCentred)));
    const level = r.mul<tf.Tensor3D>(groupMean(gamma.mul(means.plain)));
    return combineChannels([straight, [centred, along.neg()]], level.neg());
  };

  return {
    outputShape: shape,
    weights,
    statistics,
    forward(x, values, { observe }) {
      const [gamma, beta] = values.weights.map(ofPart) as [tf.Tensor3D, tf.Tensor3D];
      const rows = asRows(x, view);
      const frozen = values.statistics?.map(perChannel);
      const mean = frozen?.[0] ?? groupMean(rowMean(rows));
      const centred = plusChannels(rows, mean.neg());
      const variance = frozen?.[1] ?? groupMean(rowMeanOfProduct(centred, centred));
      const inverseStd = variance.add<tf.Tensor3D>(EPSILON).rsqrt();
      if (!frozen && observe && statistics.length > 0) {
        const count = rows.shape[1];
        observe(mean.flatten(), variance.mul(count / Math.max(1, count - 1)).flatten());
      }
      const y = combineChannels([[centred, inverseStd.mul(gamma)]], beta);
      return { y: y.reshape(x.shape), saved: [centred, inverseStd] };
    },
    backward(saved, values, dy, wanted) {
      const norm = kept(saved);
      const rows = asRows(dy, view);
      const frozen = values.statistics !== undefined;
      const means = wanted.weights || !frozen ? rowMeans(rows, norm) : null;
      const dx = () => backward(norm, rows, ofPart(values.weights[0]!), frozen ? null : means);
      const count = rows.shape[1];
      return {
        dx: wanted.input ? dx().reshape(dy.shape) : null,
        dw:
          wanted.weights && means
            ? [sumOf(means.alongCentred.mul(norm.inverseStd), count), sumOf(means.plain, count)]
            : [],
      };
    },
    tangentForward(saved, values, tangents, xDot) {
      const { centred, inverseStd: r } = kept(saved);
      const [gammaDot, betaDot] = tangents.map(ofPart) as [tf.Tensor3D, tf.Tensor3D];
      const own = [centred, gammaDot.mul(r)] as ChannelTerm;
      const outputShape = [-1, ...shape];
      if (!xDot) return { yDot: combineChannels([own], betaDot).reshape(outputShape), savedDot: [] };
      const rowsDot = asRows(xDot, view);
      const means = values.statistics ? null : rowMeans(rowsDot, kept(saved));
      const hatDot = backward(kept(saved), rowsDot, tf.onesLike(r), means); // x̂′, as J is symmetric
      const yDot = combineChannels([[hatDot, ofPart(values.weights[0]!)], own], betaDot);
      const savedDot = means ? [hatDot, groupMean(means.alongCentred).mul(r)] : [hatDot];
      return { yDot: yDot.reshape(outputShape), savedDot };
    },
    tangentBackward({ saved, savedDot, values, tangents, dy, dyDot, wanted }) {
      const norm = kept(saved);
      const { centred, inverseStd: r } = norm;
      const [hatDot, q] = savedDot as readonly Saved[] as [tf.Tensor3D?, tf.Tensor3D?];
      const gamma = ofPart(values.weights[0]!);
      const gammaDot = ofPart(tangents[0]!);
      const [rows, rowsDot] = [asRows(dy, view), asRows(dyDot, view)];
      const frozen = values.statistics !== undefined;
      const [means, meansDot] = [rowMeans(rows, norm), rowMeans(rowsDot, norm)];
      const alongHatDot = hatDot && rowMeanOfProduct(rows, hatDot);

      const bent = !frozen && hatDot && q && alongHatDot;
      const dx =
        wanted.primalInput || (wanted.input && bent)
          ? backward(norm, rows, gamma, frozen ? null : means)
          : null;
      const inputTangent = () => {
        const straight: ChannelTerm[] = [
          [rowsDot, r.mul(gamma)],
          [rows, r.mul(gammaDot)],
        ];
        if (frozen) return combineChannels(straight);
        const mixed = (own: tf.Tensor3D, other: tf.Tensor3D) =>
          groupMean(gamma.mul(own).add(gammaDot.mul(other)));
        const level = r.mul<tf.Tensor3D>(mixed(meansDot.plain, means.plain));
        let along = cubed(r).mul<tf.Tensor3D>(mixed(meansDot.alongCentred, means.alongCentred));
        if (bent) {
          const ofProduct = (mean: tf.Tensor3D) => r.square().mul<tf.Tensor3D>(groupMean(gamma.mul(mean)));
          along = along.add(ofProduct(alongHatDot));
          straight.push([dx!, q.mul<tf.Tensor3D>(r).neg()], [hatDot, ofProduct(means.alongCentred).neg()]);
        }
        return combineChannels([...straight, [centred, along.neg()]], level.neg());
      };
      const dGammaDot = () => {
        const straight = meansDot.alongCentred.mul<tf.Tensor3D>(r);
        return sumOf(alongHatDot ? straight.add(alongHatDot) : straight, rows.shape[1]);
      };
      return {
        dx: wanted.primalInput ? dx!.reshape(dy.shape) : null,
        dxDot: wanted.input ? inputTangent().reshape(dy.shape) : null,
        dwDot: wanted.weights ? [dGammaDot(), sumOf(meansDot.plain, rows.shape[1])] : [],
      };
    },
  };
}

interface Kept {
  centred: tf.Tensor3D; // [outer, rows, channels]
  inverseStd: tf.Tensor3D; // [outer or 1, 1, channels]
}

function kept(saved: Saved): Kept {
  const [centred, inverseStd] = saved as readonly [tf.Tensor3D, tf.Tensor3D];
  return { centred, inverseStd };
}

/** Means over the rows of v and of v c, [outer, 1, channels]. */
interface RowMeans {
  plain: tf.Tensor3D;
  alongCentred: tf.Tensor3D;
}

function rowMeans(v: tf.Tensor3D, { centred }: Kept): RowMeans {
  return { plain: rowMean(v), alongCentred: rowMeanOfProduct(v, centred) };
}

function rowMeanOfProduct(a: tf.Tensor3D, b: tf.Tensor3D): tf.Tensor3D {
  return tf.tidy(() => rowMean(a.mul(b)));
}

const cubed = (r: tf.Tensor3D): tf.Tensor3D => r.mul(r.square());
