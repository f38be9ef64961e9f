/** Norm + ReLU + average pooling in WebAssembly, backward; formulas and kernels as in ../normBlockBackward.ts. */
import { plus, quotient, times } from "../../assembler/integers";
import { blockIntegers, type NormBlockAttributes } from "../normBlock";
import {
  BACKWARD_KINDS,
  NORM_BLOCK_INPUT_GRAD,
  NORM_BLOCK_SUMS,
  NORM_BLOCK_WEIGHT_GRAD,
  type NormWeightGradAttributes,
} from "../normBlockBackward";
import {
  addressOf,
  eachChannels,
  eachPooledPixel,
  eachRow,
  meanFactor,
  normOf,
  rowBytesOf,
  shareOf,
  sumAt,
} from "./normLoops";
import { addUp, writePixelSums } from "./pixelSums";
import { registerWasmKernel } from "./program";

registerWasmKernel<NormBlockAttributes>(NORM_BLOCK_SUMS, ({ inputs, attributes, make, run }) => {
  const { size: window, sharing } = attributes;
  const integers = blockIntegers(attributes);
  const { count: kinds } = BACKWARD_KINDS;
  const result = make([integers["images"]!, kinds, integers["channels"]!]);
  run({
    key: `${NORM_BLOCK_SUMS} ${window} ${sharing > 1 ? "shared" : ""}`,
    tensors: {
      x: inputs["x"]!,
      sums: inputs["sums"]!,
      weights: inputs["weights"]!,
      dy: inputs["dy"]!,
      result,
    },
    integers,
    write: (code) =>
      writePixelSums(code, kinds, [
        {
          sums: [2, 3],
          walk(row, add) {
            const { lanes } = row;
            const { centred, hat, z } = normOf(row, 2);
            eachPooledPixel(row, window, (at, pooledAt) => {
              const c = centred(at);
              const dy = lanes.load(plus(code.argument("dy"), pooledAt));
              const g = code.let(lanes.whereAbove(z(c), dy));
              add([g, lanes.mul(g, hat(c))]);
            });
          },
          finish(channels, sums, put) {
            const { lanes } = channels;
            const { r, gamma } = normOf(channels, 2);
            const [share, mean] = [shareOf(channels, window), meanFactor(channels)];
            put(0, sumAt(channels, 2, 0));
            put(1, r);
            sums.forEach((sum, i) => {
              const own = code.let(lanes.mul(sum, share));
              put(2 + i, own);
              put(4 + i, lanes.mul(lanes.mul(gamma, own), mean));
            });
          },
          ...(sharing > 1 && { merge: addUp([4, 5]) }),
        },
      ]),
  });
  return result;
});

registerWasmKernel<NormBlockAttributes & { kinds: number }>(
  NORM_BLOCK_INPUT_GRAD,
  ({ inputs, attributes, make, run }) => {
    const { size: window, inputShape, kinds } = attributes;
    const result = make(inputShape);
    run({
      key: `${NORM_BLOCK_INPUT_GRAD} ${window} ${kinds}`,
      tensors: {
        x: inputs["x"]!,
        sums: inputs["sums"]!,
        weights: inputs["weights"]!,
        dy: inputs["dy"]!,
        result,
      },
      integers: blockIntegers(attributes),
      write(code) {
        const rowBytes = rowBytesOf(code);
        code.each(0, code.argument("images"), 1, (image) =>
          eachRow(code, image, rowBytes, code.argument("height"), (row) => {
            const { lanes } = row;
            const { r, gamma, centred, hat, z } = normOf(row, kinds);
            const [level, along] = [sumAt(row, kinds, 4), sumAt(row, kinds, 5)];
            const share = code.let(lanes.mul(gamma, shareOf(row, window)));
            eachPooledPixel(
              row,
              window,
              (at, pooledAt) => {
                const c = centred(at);
                const u = lanes.mul(share, lanes.load(plus(code.argument("dy"), pooledAt)));
                const rest = lanes.add(level, lanes.mul(hat(c), along));
                const dx = lanes.mul(r, lanes.sub(lanes.whereAbove(z(c), u), rest));
                code.store(lanes, plus(code.argument("result"), at), dx);
              },
              (at) => {
                const rest = lanes.add(level, lanes.mul(hat(centred(at)), along));
                const dx = lanes.mul(r, lanes.sub(lanes.constant(0), rest));
                code.store(lanes, plus(code.argument("result"), at), dx);
              },
            );
          }),
        );
      },
    });
    return result;
  },
);

registerWasmKernel<NormWeightGradAttributes>(NORM_BLOCK_WEIGHT_GRAD, ({ inputs, attributes, make, run }) => {
  const { images, channels, groups, kinds, gammaKinds, betaKind } = attributes;
  const result = make([groups, 2 * channels]);
  run({
    key: `${NORM_BLOCK_WEIGHT_GRAD} ${kinds} ${gammaKinds.join()} ${betaKind}`,
    tensors: { sums: inputs["sums"]!, result },
    integers: { images, channels, perGroup: images / groups, groups },
    write(code) {
      const rowBytes = rowBytesOf(code);
      code.clear(code.argument("result"), times(code.argument("groups"), 2, rowBytes));
      code.each(0, code.argument("images"), 1, (image) => {
        const row = code.let(times(quotient(image, code.argument("perGroup")), 2));
        eachChannels(code, image, rowBytes, (own) => {
          const { lanes } = own;
          for (const [half, sources] of [gammaKinds, [betaKind]].entries()) {
            const place = code.let(addressOf(own, "result", plus(row, half)));
            const terms = sources.map((kind) => sumAt(own, kinds, kind));
            code.store(
              lanes,
              place,
              [lanes.load(place), ...terms].reduce((sum, term) => lanes.add(sum, term)),
            );
          }
        });
      });
    },
  });
  return result;
});
