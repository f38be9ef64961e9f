/**
 * The sum of two branches:  y = main(x) + shortcut(x); an empty shortcut is the identity.
 *
 *   ẏ = main˙ + shortcut˙     dx = main dx + shortcut dx     and so for ḋx
 */
import type { FlatPart } from "@/tensor/ops/flatPart";
import {
  buildChain,
  chainBackward,
  chainForward,
  chainStatistics,
  chainTangentBackward,
  chainTangentForward,
  chainWeights,
  deal,
  dealValues,
} from "./chain";
import { fuseLayers } from "./fuseLayers";
import { addTangents, type Layer, type LayerMaker, type LayerValues, type Saved } from "./layer";

type Branch = readonly (readonly [name: string, make: LayerMaker])[];

export function residual(main: Branch, shortcut: Branch): LayerMaker {
  return (inputShape): Layer => {
    const branches = [buildChain(inputShape, main), buildChain(inputShape, shortcut)] as const;
    const [own, other] = branches.map((branch) => branch.at(-1)?.layer.outputShape ?? inputShape);
    if (String(own) !== String(other)) {
      throw new Error(`residual(): branches end in [${String(own)}] and [${String(other)}]`);
    }
    const all = branches.flat();
    /** Both branches as the backend takes them, all their layers, and the part of a list over these that is of one. */
    const taken = () => {
      const [first, second] = [fuseLayers(branches[0]), fuseLayers(branches[1])];
      const part = <T>(list: readonly T[], branch: 0 | 1): readonly T[] =>
        branch === 0 ? list.slice(0, first.length) : list.slice(first.length);
      return { fused: [first, second] as const, both: [...first, ...second], part };
    };

    return {
      outputShape: own!,
      weights: chainWeights(all),
      statistics: chainStatistics(all),
      inner: all.map(({ layer }) => layer),
      forward(x, values, run) {
        const { fused, both, part } = taken();
        const dealt = dealValues(both, values);
        const results = fused.map((branch, i) => chainForward(branch, part(dealt, i as 0 | 1), x, run));
        return { y: results[0]!.y.add(results[1]!.y), saved: results.map((result) => result.saved) };
      },
      backward(saved, values, dy, wanted) {
        const { fused, both, part } = taken();
        const dealt = dealValues(both, values);
        const results = fused.map((branch, i) =>
          chainBackward(branch, part(dealt, i as 0 | 1), (saved as Saved[][])[i]!, dy, wanted),
        );
        return {
          dx: addTangents(wanted.input ? results[0]!.dx : null, wanted.input ? results[1]!.dx : null),
          dw: results.flatMap((result) => result.dw),
        };
      },
      tangentForward(saved, values, tangents, xDot) {
        const { fused, both, part } = taken();
        const [dealt, dots] = [dealValues(both, values), deal(both, tangents)];
        const results = fused.map((branch, i) => {
          const side = i as 0 | 1;
          return chainTangentForward(
            branch,
            part(dealt, side),
            (saved as Saved[][])[i]!,
            part(dots, side),
            xDot,
          );
        });
        return {
          yDot: addTangents(results[0]!.yDot, results[1]!.yDot),
          savedDot: results.map((result) => result.savedDot),
        };
      },
      tangentBackward({ saved, savedDot, values, tangents, dy, dyDot, wanted }) {
        const { fused, both, part } = taken();
        const [dealt, dots] = [dealValues(both, values), deal(both, tangents)];
        const results = fused.map((branch, i) => {
          const side = i as 0 | 1;
          return chainTangentBackward(branch, {
            saved: (saved as Saved[][])[i]!,
            savedDot: (savedDot as Saved[][])[i]!,
            values: part<LayerValues>(dealt, side),
            tangents: part<readonly FlatPart[]>(dots, side),
            dy,
            dyDot,
            wanted,
          });
        });
        const [a, b] = results;
        return {
          dx: wanted.primalInput ? addTangents(a!.dx, b!.dx) : null,
          dxDot: wanted.input ? addTangents(a!.dxDot, b!.dxDot) : null,
          dwDot: results.flatMap((result) => result.dwDot),
        };
      },
    };
  };
}
