import { beforeEach, describe, expect, it } from "vitest";
import type { DatasetInfo } from "@/shared/dataset";
import { useBackend } from "./backend";
import { showStores, tellStores } from "./liveView";
import { useRun } from "./run";
import type { ShownStores } from "./tabChannel";

const images = { pixels: new Uint8ClampedArray([1, 2, 3, 4]), width: 1, height: 1, count: 1, iteration: 7 };
const dataset = { id: "d", name: "shapes", classNames: ["a"] } as DatasetInfo;
const afresh = () => {
  useRun.setState(useRun.getInitialState());
  useBackend.setState(useBackend.getInitialState());
};
const turn = () => Promise.resolve();

beforeEach(afresh);

describe("tellStores", () => {
  it("tells everything to a newcomer, then only what has changed, once it is asked for", async () => {
    const told: ShownStores[] = [];
    const teller = tellStores((stores) => told.push(structuredClone(stores)));
    useRun.setState({ phase: "running" });
    await turn();
    expect(told).toEqual([]); // nobody looks on
    teller.tellAll();
    expect(told).toHaveLength(1);
    expect(told[0]!["run"]).toMatchObject({ phase: "running", images: null });
    expect(told[0]!["backend"]).toMatchObject({ phase: "starting" });

    useRun.setState({ iteration: 1 });
    await turn();
    expect(told).toHaveLength(1); // not asked for
    teller.tellMore();
    await turn();
    expect(told[1]).toEqual({ run: { iteration: 1 } });
    teller.tellMore();
    await turn();
    expect(told).toHaveLength(2); // nothing new
    useRun.setState({ iteration: 2, images });
    useBackend.setState({ phase: "ready" });
    await turn();
    expect(told[2]).toEqual({ run: { iteration: 2, images }, backend: { phase: "ready" } });

    teller.tellMore();
    teller.end();
    useRun.setState({ iteration: 3 });
    await turn();
    expect(told).toHaveLength(3);
  });

  it("tells a second newcomer everything again", () => {
    const told: ShownStores[] = [];
    const teller = tellStores((stores) => told.push(stores));
    teller.tellAll();
    teller.tellAll();
    expect(told[1]).toEqual(told[0]);
    teller.end();
  });
});

describe("showStores", () => {
  it("shows what was told as it was, but for an engine to export from; the actions stay", () => {
    const told: ShownStores[] = [];
    const teller = tellStores((stores) => told.push(structuredClone(stores)));
    useRun.setState({ phase: "running", iteration: 7, images, dataset });
    useBackend.setState({ phase: "ready" });
    teller.tellAll();
    teller.end();
    const { start } = useRun.getState();
    afresh();
    showStores(told[0]!);
    expect(useRun.getState()).toMatchObject({
      phase: "running",
      iteration: 7,
      images,
      dataset,
      isLost: true,
    });
    expect(useRun.getState().start).toBe(start);
    expect(useBackend.getState().phase).toBe("ready");
  });

  it("takes no unknown store, no unknown field and no action", () => {
    const before = useBackend.getState();
    showStores({ backend: { start: "x", other: 1 }, nothing: { a: 1 }, constructor: { a: 1 } });
    expect(useBackend.getState()).toEqual(before);
  });
});
