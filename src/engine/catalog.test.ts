import { describe, expect, it } from "vitest";
import { onSlowDevice } from "@/shared/experiment";
import { paramProblem, parseParams } from "@/shared/params";
import { catalog } from "./catalog";
import { networks } from "./networks";
import { runParams } from "./runParams";

describe("the catalog", () => {
  it("is plain data", () => {
    expect(structuredClone(catalog())).toEqual(catalog());
  });

  it("holds every method of the papers", () => {
    expect(
      catalog()
        .methods.map(({ id }) => id)
        .sort(),
    ).toEqual(["atom", "datadam", "datm", "dc", "dcc", "dm", "dsa", "mtt", "pad", "tesla"].sort());
  });

  it("has presets and defaults that its own declarations accept", () => {
    for (const { id, params, presets = [], runDefaults = {} } of catalog().methods) {
      expect(() => parseParams(runParams, runDefaults), id).not.toThrow();
      for (const { label, params: own, run = {}, network } of presets) {
        expect(() => parseParams(params, own), `${id}, ${label}`).not.toThrow();
        expect(() => parseParams(runParams, run), `${id}, ${label}`).not.toThrow();
        if (network) {
          const declared = networks.get(network.id)!.params;
          expect(() => parseParams(declared, network.params), `${id}, ${label}`).not.toThrow();
        }
      }
    }
  });

  it("explains every setting of every plug-in in a sentence", () => {
    const { run, methods, networks, augmentations, evaluations } = catalog();
    const groups = [{ id: "run", params: run }, ...methods, ...networks, ...augmentations, ...evaluations];
    const unexplained = groups.flatMap(({ id, params }) =>
      Object.entries(params).flatMap(([key, { help }]) =>
        help && /\w.*\.$/.test(help) ? [] : [`${id}.${key}`],
      ),
    );
    expect(unexplained).toEqual([]);
  });

  it("has right defaults on a slow device too", () => {
    const slow = onSlowDevice(catalog());
    for (const params of [slow.run, ...slow.methods.map((method) => method.params)])
      for (const param of Object.values(params)) expect(paramProblem(param, param.default)).toBe("");
    expect(slow.run["iterations"]!.default).toBeLessThan(catalog().run["iterations"]!.default as number);
  });
});
