import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { writers } from "@/data/writers";
import { command, filesOf, newFolder, tinyData, TINY } from "./testData";

const data = tinyData();
const run = (out: string, ...more: string[]) => [
  "--data",
  data,
  ...TINY,
  "--iterations",
  "6",
  "--out",
  out,
  ...more,
];

/** Whether a word is the first --ipc, or its value. */
const isFirstIpc = (words: readonly string[], i: number): boolean =>
  [0, 1].includes(i - words.indexOf("--ipc"));

describe("a run", () => {
  it("leaves the page's files and nothing else, the same for the same seed", async () => {
    const [first, second, other] = [newFolder(), newFolder(), newFolder()];
    const { code, out, err } = await command(run(first));
    expect([code, out]).toEqual([0, `${first}\n`]);
    expect(err).toMatch(/Backend: WebAssembly/);
    const manifest = JSON.parse(readFileSync(join(first, "manifest.json"), "utf8"));
    expect(manifest).toMatchObject({ seed: 3, iteration: 6, dataset: { name: "tiny" } });
    const listed = manifest.files.map((file: { path: string }) => file.path);
    expect(Object.keys(filesOf(first)).sort()).toEqual([...listed, "manifest.json"].sort());
    for (const path of ["images.pt", "labels.npy", "grid.png", "images/00002_2/00000.png"])
      expect(listed).toContain(path);

    await command(run(second, "--quiet"));
    expect(filesOf(second)).toEqual(filesOf(first));
    await command([
      "--data",
      data,
      "--config",
      join(first, "manifest.json"),
      "--backend",
      "wasm",
      "--out",
      other,
    ]);
    expect(filesOf(other), "by its manifest").toEqual(filesOf(first));
  });

  it("begins with a set that was distilled before, and says what does not fit", async () => {
    const [first, second] = [newFolder(), newFolder()];
    await command(run(first, "--quiet"));
    expect((await command(run(second, "--from", first))).code).toBe(0);
    const { config } = JSON.parse(readFileSync(join(second, "manifest.json"), "utf8"));
    expect(config.run).toMatchObject({ init: "set", initialSet: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(filesOf(second)["images.npy"]).not.toEqual(filesOf(first)["images.npy"]);

    const tensors = ["--from", join(first, "images.pt"), "--ipc", "2"];
    const other = run(newFolder(), ...tensors).filter((_word, i, all) => !isFirstIpc(all, i));
    expect(await command(other)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/kept set has 1 images .*--ipc is 2/),
    });
    expect(await command(run(newFolder(), "--init", "set"))).toMatchObject({
      code: 2,
      err: expect.stringContaining("--from"),
    });
    expect(await command(run(newFolder(), "--from", data))).toMatchObject({
      code: 3,
      err: expect.stringContaining("no distilled set"),
    });
  });

  it("saves its state and the set when it is interrupted, and resumes to the same bytes", async () => {
    const [whole, broken] = [newFolder(), newFolder()];
    await command(run(whole));
    const { code, err } = await command(run(broken), /^Distilling .* 1 of 6/);
    expect(code).toBe(130);
    expect(err).toMatch(/Interrupted at iteration 1 of 6.*--resume/);
    expect(JSON.parse(readFileSync(join(broken, "manifest.json"), "utf8")).iteration).toBe(1);
    expect(existsSync(join(broken, "checkpoint"))).toBe(true);

    expect(await command(run(broken))).toMatchObject({ code: 5, err: expect.stringContaining("--resume") });
    const other = await command(run(broken, "--resume", "--ipc", "2").filter((word) => word !== "1"));
    expect(other.code, "another setting").toBe(2);
    expect((await command(["--data", data, "--out", broken, "--resume"])).code).toBe(0);
    expect(filesOf(broken)).toEqual(filesOf(whole));
  });

  it("never writes over what is not its own", async () => {
    const out = newFolder();
    mkdirSync(join(out, "images"));
    writeFileSync(join(out, "images/mine.txt"), "mine");
    expect(await command(run(out))).toMatchObject({
      code: 5,
      err: expect.stringContaining('"images" is there'),
    });
    expect(Object.keys(filesOf(out))).toEqual(["images/mine.txt"]);
  });

  it("replaces an earlier export and leaves what lies beside it", async () => {
    const out = newFolder();
    await command(run(out, "--quiet").map((word, i, all) => (all[i - 1] === "--ipc" ? "2" : word)));
    writeFileSync(join(out, "log.txt"), "mine");
    expect(readdirSync(join(out, "images/00000_0"))).toHaveLength(2);
    expect((await command(run(out, "--quiet"))).code).toBe(0);
    expect(readdirSync(join(out, "images/00000_0"))).toEqual(["00000.png"]);
    expect(readFileSync(join(out, "log.txt"), "utf8")).toBe("mine");
  });

  it("writes any format that was asked for, and nothing else", async () => {
    const out = newFolder();
    const formats = [...writers.keys()].flatMap((id) => ["--format", id]);
    expect((await command(run(out, ...formats))).code).toBe(0);
    expect((await command(run(out, "--format", "npz"))).code).toBe(0);
    expect(Object.keys(filesOf(out)).filter((path) => !path.endsWith(".npz"))).toEqual(["manifest.json"]);
  });
});

describe("--inspect", () => {
  it("prints JSON and nothing else", async () => {
    const { code, out } = await command(["--data", data, "--inspect"]);
    expect(code).toBe(0);
    const found = JSON.parse(out);
    expect(found).toMatchObject({
      name: "tiny",
      format: "idx",
      shape: { height: 8, width: 8, channels: 1 },
      images: { train: 18, test: 3 },
    });
    expect(found.classes.map((one: { name: string }) => one.name)).toEqual(["0", "1", "2"]);
    const pixels = readFileSync(join(data, "t10k-images-idx3-ubyte")).subarray(16, 16 + 64);
    const mean = pixels.reduce((sum, value) => sum + value, 0) / 64;
    expect(found.classes[0]).toMatchObject({
      images: { train: 6, test: 1 },
      meanPixelBySplit: { test: Number(mean.toFixed(6)) },
    });
  });
});

describe("classes and limits", () => {
  it("are chosen by flags, as in the page's dialog", async () => {
    const { code, out, err } = await command([
      ...["--data", data, "--inspect", "--drop-class", "1", "--rename-class", "2=two"],
      ...["--most-train", "4", "--image-size", "8x4", "--fit", "stretch"],
    ]);
    expect(code, err).toBe(0);
    const found = JSON.parse(out);
    expect(found.classes.map((one: { name: string }) => one.name)).toEqual(["0", "two"]);
    expect(found).toMatchObject({ shape: { height: 4, width: 8 }, images: { train: 8, test: 2 } });
    expect(found.notes).toContain("10 images were stretched to 8 × 4.");
  });
});

describe("what is wrong is named, with a code for scripts", () => {
  it.each([
    [["--ipcc", "1"], 2, "--ipcc", "--ipc?"],
    [["--ipc", "99", "--data", data, "--out", "x"], 2, "--ipc: ", "between 1 and 50"],
    [["--ipc"], 2, "--ipc needs a value", ""],
    [["--syn-steps", "3", "--data", data, "--out", "x"], 2, "--syn-steps", "--method mtt"],
    [["--method", "mttt", "--data", data, "--out", "x"], 2, '"mttt"', "mean mtt"],
    [["--data", data], 2, "--out is missing", "Usage"],
    [["--out", "x"], 2, "no data", "--data"],
    [[data], 2, "without a flag", "--data"],
    [["--data", "nowhere", "--inspect"], 3, "--data nowhere", "no such file"],
    [["--data", resolve("README.md"), "--inspect"], 3, "README.md", "Tried"],
    [["--data", data, "--backend", "gpu", "--out", newFolder()], 2, '"gpu"', "webgpu, wasm, cpu"],
    [["--data", data, "--format", "npzz", "--out", newFolder()], 2, '"npzz"', "mean npz"],
    [["--data", data, "--labels", "fine", "--inspect"], 2, '"fine"', "leave it out"],
    [
      ["--data", data, "--keep-class", "cat", "--inspect"],
      2,
      '--keep-class: the files have no class "cat"',
      "0, 1, 2",
    ],
    [["--data", data, "--rename-class", "0", "--inspect"], 2, "--rename-class: old=new", '"0"'],
    [["--data", data, "--most-train", "0", "--inspect"], 2, "--most-train", '"0"'],
    [["--data", data, "--config", "nowhere.json", "--out", newFolder()], 2, "nowhere.json", ""],
    [["--data", data, "--resume", "--out", newFolder()], 5, "no checkpoint", "--out"],
    [
      ["--data", data, ...TINY, "--ipc=7", "--out", newFolder()].filter(
        (word, i, all) => word !== "--ipc" && all[i - 1] !== "--ipc",
      ),
      2,
      "--ipc 7",
      "6 training images",
    ],
  ])("%j", async (words, code, ...texts) => {
    const result = await command(words);
    expect(result.code, result.err).toBe(code);
    for (const text of texts) expect(result.err).toContain(text);
    expect(result.out).toBe("");
  });
});

it(
  "runs as a process, has its folder to itself, and ends with 130 when Ctrl-C saves",
  { timeout: 120_000 },
  async () => {
    const out = newFolder();
    const words = ["--data", data, ...TINY, "--iterations", "100000", "--out", out];
    const child = spawn(process.execPath, ["src/cli/distill.mjs", ...words], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let err = "";
    let second: ReturnType<typeof command> | undefined;
    child.stderr.on("data", (text: Buffer) => {
      if (text.includes("Distilling")) {
        second ??= command(words);
        void second.then(() => child.kill("SIGINT")); // as often as it is said: npm sends it twice too
      }
      err += String(text);
    });
    const [code] = await once(child, "close");
    expect(code, err).toBe(130);
    expect(await second).toMatchObject({ code: 5, err: expect.stringContaining("another run works there") });
    expect(existsSync(join(out, "images.pt"))).toBe(true);
    expect(readdirSync(join(out, "checkpoint"))).toEqual(["checkpoint-0.bin"]);
  },
);
