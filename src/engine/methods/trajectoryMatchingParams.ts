/** Settings that all methods of trajectory matching share. */
import { choice, float, int } from "@/shared/params";
import { recipeParams } from "../trajectories/trainExperts";

export const trajectoryParams = {
  synSteps: int("Student steps", {
    help: "Updates that the student makes on synthetic images, to arrive where the expert does.",
    symbol: "N",
    default: 30,
    min: 1,
    max: 100,
  }),
  expertEpochs: int("Expert epochs to match", {
    help: "How many epochs of the expert the student's steps shall equal.",
    symbol: "M",
    default: 2,
    min: 1,
    max: 10,
  }),
  maxStartEpoch: int("Start epochs", {
    help: "The student starts where an expert was after a random epoch below this.",
    symbol: "T⁺",
    default: 20,
    min: 1,
    max: 100,
  }),
  batchSyn: int("Synthetic batch", {
    help: "Synthetic images per student step; 0 for all of them.",
    symbol: "b",
    default: 0,
    min: 0,
    max: 5000,
  }),
  startLr: float("First student learning rate", {
    help: "What the learned step size of the student starts from.",
    symbol: "β₀",
    default: 0.01,
    min: 0.00001,
    max: 1,
    log: true,
  }),
  lrLr: float("Rate of the learning rate", {
    help: "How fast the student's learning rate is itself learned.",
    symbol: "η_β",
    default: 1e-5,
    min: 1e-9,
    max: 0.1,
    log: true,
  }),
  experts: int("Experts", {
    help: "Networks trained on the real images beforehand; the papers take 100, fewer do a little worse.",
    default: 10,
    min: 1,
    max: 100,
  }),
  trainedEpochs: int("Epochs per expert", {
    help: "0 trains the experts only as far as the matching can draw.",
    default: 0,
    min: 0,
    max: 200,
    advanced: true,
  }),
  expertPrecision: choice("Stored weights", {
    help: "Compact keeps an epoch as its difference from the one before, in 18 bits per weight: under two thirds of the space; in tests of MTT and TESLA gradients differ by less than 0.001 percent. Float16 takes half; there they differed by up to 17 percent.",
    default: "float32",
    options: [
      { value: "float32", label: "Exact (float32)" },
      { value: "compact", label: "Compact (18 bits)" },
      { value: "float16", label: "Half (float16), inexact" },
    ],
    advanced: true,
  }),
  ...recipeParams,
};
