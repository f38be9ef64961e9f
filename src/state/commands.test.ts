import { describe, expect, it, vi } from "vitest";
import { UserError } from "@/shared/errors";
import type { DataCommands, EngineCommands } from "@/worker/protocol";
import { commands, earlyCommands, provideCommands, viewerCommands } from "./commands";
import { VIEWING } from "./tabs";

/** Answers every command with its name. */
const echo = (called: string[]) =>
  new Proxy({} as DataCommands & EngineCommands, {
    get: (_, name) => () => {
      called.push(String(name));
      return Promise.resolve(name);
    },
  });

const WRITES: (keyof DataCommands)[] = [
  "inspectFiles",
  "importFiles",
  "importSample",
  "cancelImport",
  "renameDataset",
  "deleteDataset",
  "saveSnapshot",
  "deleteSnapshot",
  "deleteExpertSet",
];
const COMPUTES: (keyof EngineCommands)[] = [
  "start",
  "pause",
  "snapshot",
  "evaluate",
  "trainExperts",
  "importExperts",
];
type AnyCommand = () => Promise<unknown>;

describe("viewerCommands", () => {
  const called: string[] = [];
  const viewer = viewerCommands(echo(called));
  const { data, engine } = viewer;

  it("reads", async () => {
    expect(await data.listDatasets()).toBe("listDatasets");
    expect(await data.readSnapshot("s")).toBe("readSnapshot");
    expect(called).toEqual(["listDatasets", "readSnapshot"]);
  });

  it.each([...WRITES.map((name) => ["data", name]), ...COMPUTES.map((name) => ["engine", name])])(
    "refuses %s.%s with the reason",
    async (part, name) => {
      called.length = 0;
      const command = (part === "data" ? data : engine) as unknown as Record<string, AnyCommand>;
      const error = await command[name]!().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(UserError);
      expect(error).toMatchObject({ message: VIEWING });
      expect(called).toEqual([]);
    },
  );

  it("starts no engine", () => expect(() => viewer.renewEngine()).toThrow(VIEWING));

  it("refuses a command that is added later and not known to read", async () => {
    const later = data as unknown as Record<string, AnyCommand>;
    await expect(later["burnEverything"]!()).rejects.toThrow(VIEWING);
  });
});

describe("earlyCommands", () => {
  it("reads at once; the rest waits for what holds once the role is known", async () => {
    const early: string[] = [];
    const late: string[] = [];
    let settle = () => {};
    provideCommands(earlyCommands(echo(early), new Promise((resolve) => (settle = resolve))));
    await commands().data.listDatasets();
    const done = vi.fn();
    void commands().data.deleteDataset("d").then(done);
    const started = commands().engine.catalog();
    await Promise.resolve();
    expect([early, done.mock.calls.length]).toEqual([["listDatasets"], 0]);
    const startMemory = () => Promise.resolve();
    provideCommands({ data: echo(late), engine: echo(late), renewEngine: startMemory, startMemory });
    settle();
    await started;
    expect(late).toEqual(["deleteDataset", "catalog"]);
    expect(early).toEqual(["listDatasets"]);
  });
});
