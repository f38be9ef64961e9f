/** Norm + ReLU + average pooling in WebAssembly, the tangent of the backward pass; as in ../normBlockTangentBackward.ts. */
import { plus, type Int } from "../../assembler/integers";
import type { Numbers } from "../../assembler/lanes";
import { tangentIntegers, type NormTangentAttributes } from "../normBlock";
import {
  NORM_BLOCK_INPUT_GRAD_DOT,
  NORM_TANGENT_BACKWARD_SUMS,
  TANGENT_BACKWARD_KINDS,
} from "../normBlockTangentBackward";
import {
  eachPooledPixel,
  eachRow,
  hatDotOf,
  meanFactor,
  normOf,
  rowBytesOf,
  shareOf,
  sumAt,
  tangentsOf,
  weightAt,
  type Channels,
} from "./normLoops";
import { addUp, writePixelSums } from "./pixelSums";
import { registerWasmKernel } from "./program";

const { count: KINDS } = TANGENT_BACKWARD_KINDS;
type Five = readonly [Numbers, Numbers, Numbers, Numbers, Numbers];
const SUMS = [2, 3, 6, 7, 8]; // Σ g, Σ g x̂, Σ ġ, Σ ġ x̂, Σ g x̂′

const gammaDotOf = (channels: Channels) =>
  weightAt(channels, "tangents", plus(tangentsOf(channels), channels.code.argument("tangentGammaAt")));

registerWasmKernel<NormTangentAttributes>(NORM_TANGENT_BACKWARD_SUMS, ({ inputs, attributes, make, run }) => {
  const { size: window, sharing } = attributes;
  const integers = tangentIntegers(attributes);
  const result = make([integers["images"]!, KINDS, integers["channels"]!]);
  run({
    key: `${NORM_TANGENT_BACKWARD_SUMS} ${window} ${sharing > 1 ? "shared" : ""}`,
    tensors: {
      x: inputs["x"]!,
      sums: inputs["sums"]!,
      xDot: inputs["xDot"]!,
      weights: inputs["weights"]!,
      tangents: inputs["tangents"]!,
      dy: inputs["dy"]!,
      dyDot: inputs["dyDot"]!,
      result,
    },
    integers,
    write: (code) =>
      writePixelSums(code, KINDS, [
        {
          sums: SUMS,
          walk(row, add) {
            const { lanes } = row;
            const norm = normOf(row, 4);
            const hatDot = hatDotOf(row, norm, 4, 2);
            eachPooledPixel(row, window, (at, pooledAt) => {
              const centred = norm.centred(at);
              const h = norm.hat(centred);
              const z = code.let(norm.z(centred));
              const reached = (tensor: string) =>
                code.let(lanes.whereAbove(z, lanes.load(plus(code.argument(tensor), pooledAt))));
              const [g, gDot] = [reached("dy"), reached("dyDot")];
              add([g, lanes.mul(g, h), gDot, lanes.mul(gDot, h), lanes.mul(g, hatDot(at, h))]);
            });
          },
          finish(channels, sums, put) {
            const { lanes } = channels;
            const { r, gamma } = normOf(channels, 4);
            const gammaDot = gammaDotOf(channels);
            const [share, mean] = [shareOf(channels, window), meanFactor(channels)];
            const own = sums.map((sum) => code.let(lanes.mul(sum, share)));
            const [g, gHat, gDot, gDotHat, gHatDot] = own as unknown as Five;
            put(0, sumAt(channels, 4, 0));
            put(1, r);
            own.forEach((sum, i) => put(SUMS[i]!, sum));
            const putMean = (kind: number, sum: Numbers) => put(kind, lanes.mul(sum, mean));
            putMean(4, lanes.mul(gamma, g));
            putMean(5, lanes.mul(gamma, gHat));
            put(9, sumAt(channels, 4, 2));
            put(10, sumAt(channels, 4, 3));
            putMean(11, lanes.add(lanes.mul(gamma, gDot), lanes.mul(gammaDot, g)));
            putMean(12, lanes.add(lanes.mul(gamma, gDotHat), lanes.mul(gammaDot, gHat)));
            putMean(13, lanes.mul(gamma, gHatDot));
          },
          ...(sharing > 1 && { merge: addUp([4, 5, 11, 12, 13]) }),
        },
      ]),
  });
  return result;
});

registerWasmKernel<NormTangentAttributes>(NORM_BLOCK_INPUT_GRAD_DOT, ({ inputs, attributes, make, run }) => {
  const { size: window, inputShape } = attributes;
  const result = make(inputShape);
  run({
    key: `${NORM_BLOCK_INPUT_GRAD_DOT} ${window}`,
    tensors: {
      x: inputs["x"]!,
      sums: inputs["sums"]!,
      xDot: inputs["xDot"]!,
      weights: inputs["weights"]!,
      tangents: inputs["tangents"]!,
      dy: inputs["dy"]!,
      dyDot: inputs["dyDot"]!,
      result,
    },
    integers: tangentIntegers(attributes),
    write(code) {
      const rowBytes = rowBytesOf(code);
      code.each(0, code.argument("images"), 1, (image) =>
        eachRow(code, image, rowBytes, code.argument("height"), (row) => {
          const { lanes } = row;
          const norm = normOf(row, KINDS);
          const hatDot = hatDotOf(row, norm, KINDS, 9);
          const q = sumAt(row, KINDS, 10);
          const [level, along] = [sumAt(row, KINDS, 4), sumAt(row, KINDS, 5)];
          const [levelDot, alongDot] = [sumAt(row, KINDS, 11), sumAt(row, KINDS, 12)];
          const bend = sumAt(row, KINDS, 13); // mean(u x̂′)
          const share = shareOf(row, window);
          const gamma = code.let(lanes.mul(norm.gamma, share));
          const gammaDot = code.let(lanes.mul(gammaDotOf(row), share));
          const write = (at: Int, h: Numbers, u: Numbers, uDot: Numbers) => {
            const dx = lanes.mul(norm.r, lanes.sub(u, lanes.add(level, lanes.mul(h, along))));
            const bent = lanes.add(lanes.mul(hatDot(at, h), along), lanes.mul(h, bend));
            const straight = lanes.add(levelDot, lanes.mul(h, alongDot));
            const rest = lanes.add(straight, lanes.add(bent, lanes.mul(q, dx)));
            const dxDot = lanes.mul(norm.r, lanes.sub(uDot, rest));
            code.store(lanes, plus(code.argument("result"), at), dxDot);
          };
          eachPooledPixel(
            row,
            window,
            (at, pooledAt) => {
              const centred = norm.centred(at);
              const h = norm.hat(centred);
              const z = code.let(norm.z(centred));
              const reached = (tensor: string) =>
                code.let(lanes.whereAbove(z, lanes.load(plus(code.argument(tensor), pooledAt))));
              const [g, gDot] = [reached("dy"), reached("dyDot")];
              const uDot = lanes.add(lanes.mul(gamma, gDot), lanes.mul(gammaDot, g));
              write(at, h, lanes.mul(gamma, g), uDot);
            },
            (at) => write(at, norm.hat(norm.centred(at)), lanes.constant(0), lanes.constant(0)),
          );
        }),
      );
    },
  });
  return result;
});
