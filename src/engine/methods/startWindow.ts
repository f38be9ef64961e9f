/** From which epochs of an expert a student starts, as a run goes on: the window of DATM and PAD. */
import { UserError } from "@/shared/errors";
import { int } from "@/shared/params";

export const windowParams = {
  minStartEpoch: int("First start epoch", {
    help: "The student never starts before this epoch of an expert: early epochs teach what is easy, late ones what is hard.",
    symbol: "T⁻",
    default: 0,
    min: 0,
    max: 99,
  }),
  firstUpper: int("Start epochs at the beginning", {
    help: "At first the student starts below this epoch; the bound then rises to that of the start epochs.",
    symbol: "T",
    default: 10,
    min: 1,
    max: 100,
  }),
  expansionEnd: int("Iterations of widening", {
    help: "How long the bound of the start epochs rises; 0 has it at its end from the beginning.",
    default: 1000,
    min: 0,
    max: 100_000,
  }),
};

export interface StartWindow {
  minStartEpoch: number;
  firstUpper: number;
  maxStartEpoch: number;
  expansionEnd: number;
}

/**
 * The epoch below which students start at an iteration: it rises evenly, in whole epochs, from `firstUpper` to
 * `maxStartEpoch` over `expansionEnd` iterations (Guo et al. 2024, DATM.py).
 */
export function upperStart(
  { firstUpper, maxStartEpoch, expansionEnd }: Omit<StartWindow, "minStartEpoch">,
  iteration: number,
): number {
  if (iteration >= expansionEnd) return maxStartEpoch;
  const risen = Math.floor(((maxStartEpoch - firstUpper) * iteration) / expansionEnd);
  return Math.min(maxStartEpoch, firstUpper + risen);
}

/** @throws UserError when there is an iteration without a start epoch */
export function checkWindow(window: StartWindow): void {
  const { minStartEpoch, maxStartEpoch, firstUpper, expansionEnd } = window;
  if (minStartEpoch >= maxStartEpoch)
    throw new UserError(
      `"First start epoch" is ${minStartEpoch}, and "Start epochs" end below ${maxStartEpoch}.`,
      `Set "First start epoch" below ${maxStartEpoch}, or raise "Start epochs".`,
    );
  if (expansionEnd > 0 && (firstUpper <= minStartEpoch || firstUpper > maxStartEpoch))
    throw new UserError(
      `"Start epochs at the beginning" is ${firstUpper}, outside of ${minStartEpoch + 1} to ${maxStartEpoch}.`,
      'Set it between "First start epoch" and "Start epochs", or "Iterations of widening" to 0.',
    );
}
