import { describe, expect, it } from "vitest";
import { UserError } from "./errors";
import {
  choice,
  defaultsOf,
  flag,
  float,
  forSlowDevice,
  int,
  paramProblem,
  parseParams,
  subset,
} from "./params";

const params = {
  ipc: int("Images per class (IPC)", { default: 10, min: 1, max: 50 }),
  lr: float("Image learning rate", { default: 1, min: 1e-6, max: 1e5, log: true }),
  init: choice("Initialisation", {
    default: "real",
    options: [
      { value: "real", label: "Real images" },
      { value: "noise", label: "Noise" },
    ],
  }),
  siamese: flag("Siamese", { default: true }),
  strategy: subset("Strategy", {
    default: "color_crop",
    options: ["color", "crop", "flip"].map((value) => ({ value, label: value })),
  }),
};

describe("parameters", () => {
  it("fill in defaults and keep what was given", () => {
    const values = parseParams(params, { ipc: 3, init: "noise" });
    const ipc: number = values.ipc; // the type follows the declaration
    const init: "real" | "noise" = values.init;
    expect([ipc, init, values.siamese, values.strategy]).toEqual([3, "noise", true, "color_crop"]);
    expect(defaultsOf(params).lr).toBe(1);
  });

  it.each([
    ["ipc", 0, "between 1 and 50"],
    ["ipc", 1.5, "whole number"],
    ["ipc", NaN, "must be a number"],
    ["ipc", "3", "must be a number"],
    ["lr", Infinity, "must be a number"],
    ["init", "zeros", "one of real, noise"],
    ["siamese", 1, "on or off"],
    ["strategy", "color_zoom", 'no option "zoom"'],
  ] as const)("refuse %s = %s by name", (key, value, message) => {
    expect(paramProblem(params[key], value)).toContain(message);
    expect(paramProblem(params[key], value)).toContain(params[key].label);
    expect(() => parseParams(params, { [key]: value })).toThrow(UserError);
  });

  it("have gentler defaults on a slow device, where one is declared", () => {
    const declared = {
      ...params,
      width: int("Network width", { default: 128, slowDefault: 32, min: 1, max: 512 }),
    };
    expect(defaultsOf(forSlowDevice(declared))).toEqual({ ...defaultsOf(declared), width: 32 });
  });

  it("accept an empty subset and refuse an unknown setting", () => {
    expect(paramProblem(params.strategy, "")).toBe("");
    expect(() => parseParams(params, { rate: 1 })).toThrow('There is no setting "rate"');
  });
});
