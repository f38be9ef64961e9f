/**
 * Filters as `convTiles.ts` reads them: panels of eight outputs, [panel, row, column, input, 8], and behind each panel the
 * bias of its outputs. What a tile needs for its next products lies side by side then.
 */
import type * as tf from "@tensorflow/tfjs";
import type { FunctionCode, Variable } from "../../assembler/functionCode";
import { minus, plus, quotient, times, type Int } from "../../assembler/integers";
import { scalar } from "../../assembler/lanes";
import type { WasmProgram } from "./program";

/** Outputs of a panel: two vectors. */
export const PANEL = 8;

/** Where a filter lies in a flat vector: its first number, and the distance of neighbours along each axis. */
export interface FilterLayout {
  at: number;
  row: number;
  column: number;
  input: number;
  output: number;
}

export interface PanelSizes {
  filterRows: number;
  filterColumns: number;
  channels: number;
  outputs: number;
  /** Where the bias lies in the vector; -1 for none. */
  bias: number;
}

/** Fills the panels, with zeros where there is no bias and where there are no outputs left. */
export function panelProgram(
  tensors: Record<"filter" | "panels", tf.TensorInfo>,
  { at, row, column, input, output }: FilterLayout,
  { bias, ...sizes }: PanelSizes,
): WasmProgram {
  const hasRest = sizes.outputs % PANEL > 0;
  return {
    key: `filter panels ${hasRest} ${bias >= 0}`,
    tensors,
    integers: {
      ...{ atBytes: 4 * at, rowBytes: 4 * row, columnBytes: 4 * column, inputBytes: 4 * input },
      ...{ outputBytes: 4 * output, biasBytes: 4 * bias, ...sizes },
    },
    write: (code) => writePanels(code, hasRest, bias >= 0),
  };
}

function writePanels(code: FunctionCode, hasRest: boolean, hasBias: boolean): void {
  const argument = (name: string) => code.argument(name);
  const products = times(argument("filterRows"), argument("filterColumns"), argument("channels"));
  const panelBytes = code.let(times(plus(products, 1), 4 * PANEL));
  const panels = quotient(plus(argument("outputs"), PANEL - 1), PANEL);
  if (hasRest || !hasBias) code.clear(argument("panels"), times(panels, panelBytes));
  /** Takes one number of each output from `from` on. */
  const pack = (from: Variable<"i32">, step: Int, offset: Int) => {
    code.each(0, argument("outputs"), 1, (output) => {
      const panel = code.let(quotient(output, PANEL));
      const lane = minus(output, times(panel, PANEL));
      const to = plus(argument("panels"), times(panel, panelBytes), times(lane, 4), offset);
      code.store(scalar, to, scalar.load(from));
      code.advance(from, step);
    });
  };
  const offset = code.let(0);
  const along = (from: Variable<"i32">, count: string, step: string, body: (from: Variable<"i32">) => void) =>
    code.repeat(argument(count), () => {
      body(code.let(from));
      code.advance(from, argument(step));
    });
  along(code.let(plus(argument("filter"), argument("atBytes"))), "filterRows", "rowBytes", (row) =>
    along(row, "filterColumns", "columnBytes", (column) =>
      along(column, "channels", "inputBytes", (input) => {
        pack(input, argument("outputBytes"), offset);
        code.advance(offset, 4 * PANEL);
      }),
    ),
  );
  if (hasBias) pack(code.let(plus(argument("filter"), argument("biasBytes"))), 4, offset);
}
