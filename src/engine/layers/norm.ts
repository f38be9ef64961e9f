/**
 * What the norms have in common:  y = γ x̂ + β,  x̂ = r (x - mean x).
 *
 *   dx = J(γ dy)     dγ = Σ dy x̂     dβ = Σ dy          with  J v = r (v - mean v - x̂ mean(v x̂))
 *   x̂′ = J ẋ         ẏ = γ x̂′ + γ̇ x̂ + β̇                 with  u = γ dy,  u̇ = γ ḋy + γ̇ dy,  q = mean(x̂ ẋ)
 *   ḋx = J u̇ - r q dx - r x̂′ mean(u x̂) - r x̂ mean(u x̂′)
 *   ḋγ = Σ (ḋy x̂ + dy x̂′)     ḋβ = Σ ḋy
 *
 * With frozen statistics x̂ is an affine map: J v = r v and the last three terms of ḋx are gone.
 */
import type * as tf from "@tensorflow/tfjs";
import {
  groupMeanOfProduct,
  NORM_EPSILON,
  normalise,
  normaliseJacobian,
  scaleGroups,
  type Grouping,
} from "@/tensor/ops/normalise";
import type { Layer, LayerValues, Saved, StatisticsSpec, WeightSpec } from "./layer";

export interface NormOptions {
  shape: readonly number[];
  grouping: Grouping;
  /** γ and β. */
  weights: readonly WeightSpec[];
  /** Sums over all axes along which γ is repeated. */
  sumToWeights: (x: tf.Tensor) => tf.Tensor;
  statistics?: readonly StatisticsSpec[];
}

export function normLayer({ shape, grouping, weights, sumToWeights, statistics = [] }: NormOptions): Layer {
  const jacobian = (saved: Saved, values: LayerValues, v: tf.Tensor) => {
    const [normalised, inverseStd] = saved as readonly [tf.Tensor, tf.Tensor];
    return values.statistics ? v.mul(inverseStd) : normaliseJacobian({ normalised, inverseStd }, v, grouping);
  };
  return {
    outputShape: shape,
    weights,
    statistics,
    forward(x, values, { observe }) {
      const [gamma, beta] = values.weights;
      if (values.statistics) {
        const [mean, variance] = values.statistics;
        const inverseStd = variance!.add(NORM_EPSILON).rsqrt();
        const normalised = x.sub(mean!).mul(inverseStd);
        return { y: normalised.mul(gamma!).add(beta!), saved: [normalised, inverseStd] };
      }
      const { normalised, inverseStd, mean, variance } = normalise(x, grouping);
      if (statistics.length && observe) {
        const count = x.size / mean.size;
        observe(mean.flatten(), variance.mul(count / Math.max(1, count - 1)).flatten());
      }
      return { y: normalised.mul(gamma!).add(beta!), saved: [normalised, inverseStd] };
    },
    backward(saved, values, dy, wanted) {
      const [normalised] = saved as readonly [tf.Tensor, tf.Tensor];
      return {
        dx: wanted.input ? jacobian(saved, values, dy.mul(values.weights[0]!)) : null,
        dw: wanted.weights ? [sumToWeights(dy.mul(normalised)), sumToWeights(dy)] : [],
      };
    },
    tangentForward(saved, values, [gammaDot, betaDot], xDot) {
      const [normalised] = saved as readonly [tf.Tensor, tf.Tensor];
      const own = normalised.mul(gammaDot!).add(betaDot!);
      if (!xDot) return { yDot: own, savedDot: [] };
      const normalisedDot = jacobian(saved, values, xDot);
      const yDot = normalisedDot.mul(values.weights[0]!).add(own);
      if (values.statistics) return { yDot, savedDot: [normalisedDot] };
      return { yDot, savedDot: [normalisedDot, groupMeanOfProduct(normalised, xDot, grouping)] };
    },
    tangentBackward({ saved, savedDot, values, tangents: [gammaDot], dy, dyDot, wanted }) {
      const [normalised, inverseStd] = saved as readonly [tf.Tensor, tf.Tensor];
      const [normalisedDot, q] = savedDot as readonly Saved[] as [tf.Tensor?, tf.Tensor?];
      const gamma = values.weights[0]!;
      const bent = wanted.input && normalisedDot !== undefined && q !== undefined;
      const u = dy.mul(gamma);
      const dx = wanted.primalInput || bent ? jacobian(saved, values, u) : null;
      let dxDot: tf.Tensor | null = null;
      if (wanted.input) {
        dxDot = jacobian(saved, values, dyDot.mul(gamma).add(dy.mul(gammaDot!)));
        if (bent) {
          const alongHat = groupMeanOfProduct(u, normalised, grouping).mul(inverseStd);
          const alongDot = groupMeanOfProduct(u, normalisedDot, grouping).mul(inverseStd);
          dxDot = dxDot
            .sub(scaleGroups(dx!, q.mul(inverseStd), grouping))
            .sub(scaleGroups(normalisedDot, alongHat, grouping))
            .sub(scaleGroups(normalised, alongDot, grouping));
        }
      }
      const dGammaDot = () => {
        const straight = dyDot.mul(normalised);
        return sumToWeights(normalisedDot ? straight.add(dy.mul(normalisedDot)) : straight);
      };
      return { dx, dxDot, dwDot: wanted.weights ? [dGammaDot(), sumToWeights(dyDot)] : [] };
    },
  };
}
