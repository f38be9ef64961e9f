import { describe, expect, it } from "vitest";
import { catalog } from "@/engine/catalog";
import { onSlowDevice } from "@/shared/experiment";
import { parseCommandLine } from "./commandLine";
import { settingsIn } from "./configFile";
import { experimentConfig } from "./experimentConfig";
import { commandFlags, flagsFor, settingFlags } from "./flags";
import { editDistance, nearest } from "./nearest";

const all = catalog();
const parse = (...words: string[]) => parseCommandLine(words, settingFlags(all));
const config = (...words: string[]) => experimentConfig(all, parse(...words));

describe("flags", () => {
  it("stand for one setting of each owner, whatever is chosen", () => {
    const flags = settingFlags(all);
    const commands = new Set<string>(commandFlags.map(({ name }) => name));
    for (const { name, owner } of flags) {
      expect(commands.has(name), name).toBe(false);
      const same = flags.filter((flag) => flag.name === name);
      const kinds = new Set(same.map((flag) => flag.owner.kind));
      expect([...kinds], name).toEqual([owner.kind]);
      expect(new Set(same.map((flag) => (flag.owner.kind === "run" ? "" : flag.owner.id))).size).toBe(
        same.length,
      );
    }
  });

  it("stand where a sentence quotes their setting", () => {
    expect(flagsFor('fewer than "Images per class (IPC)" 10 of "cat"', settingFlags(all))).toBe(
      'fewer than --ipc 10 of "cat"',
    );
  });
});

describe("a command line", () => {
  it("reads values, switches and their opposites, and what repeats", () => {
    const line = parse(
      "--data",
      "a",
      "--data=b",
      "--ipc",
      "3",
      "--image-lr=-1",
      "--no-evaluation-rate-search",
      "--resume",
    );
    expect(line.command).toEqual({ data: ["a", "b"], resume: [""] });
    expect([...line.settings]).toEqual([
      ["ipc", "3"],
      ["image-lr", "-1"],
      ["evaluation-rate-search", false],
    ]);
  });

  it.each([
    [["--seed", "1", "--seed", "2"], "given twice"],
    [["--resume=yes"], "takes no value"],
    [["--ipc", "--seed"], "needs a value"],
    [["--itertions", "2"], "no flag --itertions"],
  ])("refuses %j", (words, message) => expect(() => parse(...words)).toThrow(message));
});

describe("the settings", () => {
  it("are the page's without flags", () => {
    expect(config()).toMatchObject({
      run: { ipc: 10, iterations: 1000, seed: 1 },
      method: { id: "dm" },
      network: { id: "convnet" },
      augmentation: { id: "dsa" },
    });
    const slow = experimentConfig(onSlowDevice(all), parse());
    expect(slow.run["iterations"]).toBe(200);
  });

  it("take what suits a method, then a preset, then flags", () => {
    expect(config("--method", "mtt").run).toMatchObject({ imageLr: 100, init: "real" });
    const preset = all.methods.find(({ id }) => id === "dm")!.presets![0]!;
    const chosen = config("--preset", preset.label.toUpperCase(), "--seed", "9");
    expect(chosen.run).toMatchObject({ ...preset.run, seed: 9 });
    expect(chosen.method.params).toMatchObject(preset.params);
    expect(() => config("--preset", "nothing")).toThrow("no preset");
  });

  it("come from a file, in either form, and name every setting in the order of its declaration", () => {
    const first = config("--ipc", "3", "--network-width", "16");
    for (const text of [JSON.stringify(first), JSON.stringify({ config: first })]) {
      const again = experimentConfig(all, parse("--seed", "4"), settingsIn(text, "a.json", all));
      expect(JSON.stringify(again)).toBe(JSON.stringify({ ...first, run: { ...first.run, seed: 4 } }));
    }
    const other = experimentConfig(
      all,
      parse("--method", "mtt"),
      settingsIn(JSON.stringify(first), "a.json", all),
    );
    expect(other.run).toMatchObject({ ipc: 3, imageLr: 100 });
  });

  it.each([
    ["[1", "not JSON"],
    ["{}", "no settings"],
    ['{"run": {"ipc": 99}}', '"run.ipc"'],
    ['{"run": {"ipcs": 9}}', '"run.ipcs"'],
    ['{"method": {"id": "x"}}', 'no method "x"'],
    ['{"method": {"params": {}}}', "names no method"],
    ['{"run": 3}', "no record"],
  ])("are refused from %s", (text, message) => {
    expect(() => settingsIn(text, "a.json", all)).toThrow(message);
    expect(() => settingsIn(text, "a.json", all)).toThrow("--config a.json");
  });

  it("know subsets in any order, and none", () => {
    expect(config("--augmentation-strategy", "cutout,color").augmentation.params["strategy"]).toBe(
      "color_cutout",
    );
    expect(config("--augmentation-strategy", "none").augmentation.params["strategy"]).toBe("");
    expect(() => config("--augmentation-strategy", "blur")).toThrow('no option "blur"');
  });
});

it("the nearest name is told by letters that differ", () => {
  expect([editDistance("", "abc"), editDistance("abcd", "abdc"), editDistance("kitten", "sitting")]).toEqual([
    3, 1, 3,
  ]);
  expect(nearest("itertaions", ["iterations", "init"])).toBe("iterations");
  expect(nearest("zzzzzz", ["iterations", "init"])).toBeNull();
});
