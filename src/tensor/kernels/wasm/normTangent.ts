/** Norm + ReLU + average pooling in WebAssembly, the tangent of the forward pass; as in ../normBlockTangent.ts. */
import { plus } from "../../assembler/integers";
import {
  blockIntegers,
  outputOf,
  tangentIntegers,
  type NormBlockAttributes,
  type NormTangentAttributes,
} from "../normBlock";
import { NORM_BLOCK_TANGENT, NORM_TANGENT_SUMS } from "../normBlockTangent";
import {
  eachPixel,
  eachRow,
  hatDotOf,
  meanFactor,
  normOf,
  rowBytesOf,
  sumAt,
  tangentsOf,
  weightAt,
  writePooledRow,
} from "./normLoops";
import { addUp, writePixelSums } from "./pixelSums";
import { registerWasmKernel } from "./program";

registerWasmKernel<NormBlockAttributes>(NORM_TANGENT_SUMS, ({ inputs, attributes, make, run }) => {
  const { sharing } = attributes;
  const integers = blockIntegers(attributes);
  const result = make([integers["images"]!, 4, integers["channels"]!]);
  run({
    key: `${NORM_TANGENT_SUMS} ${sharing > 1 ? "shared" : ""}`,
    tensors: { x: inputs["x"]!, sums: inputs["sums"]!, xDot: inputs["xDot"]!, result },
    integers,
    write: (code) =>
      writePixelSums(code, 4, [
        {
          sums: [2, 3],
          walk(row, add) {
            const { lanes } = row;
            const [mean, r] = [sumAt(row, 2, 0), sumAt(row, 2, 1)];
            eachPixel(row, (at) => {
              const dot = code.let(lanes.load(plus(code.argument("xDot"), at)));
              const centred = lanes.sub(lanes.load(plus(code.argument("x"), at)), mean);
              add([dot, lanes.mul(dot, lanes.mul(centred, r))]);
            });
          },
          finish(channels, sums, put) {
            const { lanes } = channels;
            const mean = meanFactor(channels);
            put(0, sumAt(channels, 2, 0));
            put(1, sumAt(channels, 2, 1));
            sums.forEach((sum, i) => put(2 + i, lanes.mul(sum, mean)));
          },
          ...(sharing > 1 && { merge: addUp([2, 3]) }),
        },
      ]),
  });
  return result;
});

registerWasmKernel<NormTangentAttributes>(NORM_BLOCK_TANGENT, ({ inputs, attributes, make, run }) => {
  const { size: window } = attributes;
  const integers = tangentIntegers(attributes);
  const result = make(outputOf(integers).shape);
  run({
    key: `${NORM_BLOCK_TANGENT} ${window}`,
    tensors: {
      x: inputs["x"]!,
      sums: inputs["sums"]!,
      xDot: inputs["xDot"]!,
      weights: inputs["weights"]!,
      tangents: inputs["tangents"]!,
      result,
    },
    integers,
    write(code) {
      const rowBytes = rowBytesOf(code);
      code.each(0, code.argument("images"), 1, (image) =>
        eachRow(code, image, rowBytes, code.argument("outHeight"), (row) => {
          const { lanes } = row;
          const norm = normOf(row, 4);
          const hatDot = hatDotOf(row, norm, 4, 2);
          const first = code.let(tangentsOf(row));
          const gammaDot = weightAt(row, "tangents", plus(first, code.argument("tangentGammaAt")));
          const betaDot = weightAt(row, "tangents", plus(first, code.argument("tangentBetaAt")));
          writePooledRow(row, window, (at) => {
            const centred = norm.centred(at);
            const h = norm.hat(centred);
            const moved = lanes.add(lanes.mul(norm.gamma, hatDot(at, h)), lanes.mul(gammaDot, h));
            return lanes.whereAbove(norm.z(centred), lanes.add(moved, betaDot));
          });
        }),
      );
    },
  });
  return result;
});
