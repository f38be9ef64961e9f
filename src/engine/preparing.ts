/** What a graphics device does before the computing proper, as steps that whoever waits is told of. */
import type { Preparation } from "@/shared/run";
import { compileAhead } from "@/tensor/compileAhead";
import { tuneKernels } from "@/tensor/tuning";
import { relay } from "./relay";

/** `compileAhead` of this work. */
export const buildPrograms = (work: () => void): AsyncGenerator<Preparation, void> =>
  relay(compileAhead(work), (progress) => ({ step: "Preparing the GPU", ...progress }));

/** `tuneKernels`: to be gone through where nothing is under way and something new was computed. */
export const measureKernels = (): AsyncGenerator<Preparation, void> =>
  relay(tuneKernels(), (progress) => ({ step: "Tuning the GPU", ...progress }));
