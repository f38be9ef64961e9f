/** The convolutions of a network and their gradients towards the input, as `convTiles.ts` computes them. */
import { CONV_FORWARD, type ConvForwardAttributes } from "../convForward";
import { CONV_INPUT_GRAD, type ConvInputGradAttributes } from "../convInputGrad";
import { convSumTiles } from "./convTiles";
import type { FilterLayout } from "./filterPanels";
import { registerWasmKernel } from "./program";

registerWasmKernel<ConvForwardAttributes>(CONV_FORWARD, ({ inputs, attributes, ...call }) => {
  const { inputShape, filterShape, outputShape, stride, top, left, groups, places, bias } = attributes;
  const [filterRows = 0, filterColumns = 0, channels = 0, outputs = 0] = filterShape;
  const [, outHeight = 0, outWidth = 0] = outputShape;
  const steps = {
    row: filterColumns * channels * outputs,
    column: channels * outputs,
    ...{ input: outputs, output: 1 },
  };
  return convSumTiles(
    {
      padded: {
        ...{
          shape: inputShape,
          spread: 1,
          filterRows,
          filterColumns,
          outHeight,
          outWidth,
          stride,
          top,
          left,
        },
      },
      terms: places.map(({ offset, groupStride }, term) => ({
        x: inputs[`x${term}`]!,
        filter: inputs[`filter${term}`]!,
        layout: (group): FilterLayout => ({ at: offset + group * groupStride, ...steps }),
      })),
      ...{ outputs, groups },
      ...(bias >= 0 && { biasAt: (group) => bias + group * places[0]!.groupStride }),
    },
    call,
  );
});

registerWasmKernel<ConvInputGradAttributes>(CONV_INPUT_GRAD, ({ inputs, attributes, ...call }) => {
  const { inputShape, filterShape, outputShape, stride, top, left, groups, places } = attributes;
  const [filterRows = 0, filterColumns = 0, channels = 0, outputs = 0] = filterShape;
  const [, outHeight = 0, outWidth = 0] = inputShape;
  const tap = channels * outputs;
  const steps = { row: -filterColumns * tap, column: -tap, input: 1, output: outputs };
  return convSumTiles(
    {
      padded: {
        ...{ shape: outputShape, spread: stride, filterRows, filterColumns, outHeight, outWidth, stride: 1 },
        ...{ top: filterRows - 1 - top, left: filterColumns - 1 - left },
      },
      terms: places.map(({ offset, groupStride }, term) => ({
        x: inputs[`dy${term}`]!,
        filter: inputs[`filter${term}`]!,
        layout: (group): FilterLayout => ({
          at: offset + group * groupStride + (filterRows * filterColumns - 1) * tap,
          ...steps,
        }),
      })),
      ...{ outputs: channels, groups },
    },
    call,
  );
});
