import { choice, float, int, keptSet } from "@/shared/params";

/** Settings of the loop itself; every method has them. */
export const runParams = {
  ipc: int("Images per class (IPC)", {
    help: "Size of the synthetic set: this many images of each class.",
    default: 10,
    min: 1,
    max: 50,
  }),
  iterations: int("Iterations", {
    help: "Updates of the synthetic images.",
    default: 1000,
    slowDefault: 200,
    min: 1,
    max: 1_000_000,
    log: true,
  }),
  imageLr: float("Image learning rate", {
    help: "Step size of the synthetic images.",
    default: 1,
    min: 0.0001,
    max: 100_000,
    log: true,
    symbol: "η",
  }),
  momentum: float("Image momentum", {
    help: "Share of the last update that is kept.",
    default: 0.5,
    min: 0,
    max: 0.999,
    symbol: "μ",
    advanced: true,
  }),
  init: choice("Initialisation", {
    help: "What the synthetic images are before the first iteration.",
    default: "real",
    options: [
      { value: "real", label: "Random real images" },
      { value: "noise", label: "Gaussian noise" },
      { value: "set", label: "A kept set" },
    ],
  }),
  initialSet: keptSet("Kept set", {
    help: "The run begins with its images, and with its soft labels and learned rate where the method takes them.",
    when: { param: "init", is: ["set"] },
  }),
  preprocessing: choice("Preprocessing", {
    help: "What the network gets to see. ZCA whitening also takes away what neighbouring pixels have in common; MTT, TESLA and DATM use it for CIFAR. It needs a matrix product per image and a large one at the start.",
    default: "standard",
    options: [
      { value: "standard", label: "Mean and standard deviation" },
      { value: "zca", label: "ZCA whitening" },
    ],
    advanced: true,
  }),
  checkpointSeconds: int("Checkpoint interval", {
    help: "The state of the run is stored this often, so that no more than this is lost when the tab closes.",
    default: 30,
    min: 5,
    max: 600,
    log: true,
    unit: "s",
    advanced: true,
  }),
  seed: int("Seed", { help: "The same seed gives the same images.", default: 1, min: 0, max: 2_147_483_647 }),
};
