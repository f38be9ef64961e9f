import "fake-indexeddb/auto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { expertFileName, zipExperts } from "@/data/runs/expertArchive";
import { writeExpert } from "@/data/runs/expertFile";
import { ExpertStore, trajectoriesOf } from "@/data/runs/trajectoryStore";
import { torchLayout } from "@/engine/networks/torchLayout";
import type { DatasetInfo } from "@/shared/dataset";
import type { ExpertDataset, TrajectoryKey } from "@/shared/trajectories";
import { ExpertFolder } from "./expertFolder";
import { command, filesOf, newFolder, tinyData } from "./testData";

const data = tinyData();
const matching = (out: string, experts: string) => [
  ...["--data", data, "--method", "mtt", "--backend", "wasm", "--ipc", "1", "--iterations", "2"],
  ...["--network-width", "4", "--network-depth", "1", "--evaluation-interval", "0", "--experts", "1"],
  ...["--syn-steps", "2", "--expert-epochs", "1", "--max-start-epoch", "1", "--trained-epochs", "1"],
  ...["--expert-batch", "8", "--expert-precision", "compact", "--experts-dir", experts, "--out", out],
];

/** The experts of a folder as the page would export them. @returns the path of the zip */
async function exported(folder: string): Promise<string> {
  const [set] = readdirSync(folder);
  const about = readFileSync(join(folder, set!, "set.json"), "utf8");
  const { key, dataset } = JSON.parse(about) as { key: TrajectoryKey; dataset: ExpertDataset };
  const classNames = Array.from({ length: dataset.classes }, (_, label) => String(label));
  const info = { ...dataset, classNames } as unknown as DatasetInfo;
  const here = new ExpertFolder(folder, info);
  const store = new ExpertStore(() => 1, "experts");
  const there = trajectoriesOf(store, info);
  for (const { expert, epochs } of await here.experts(key)) {
    const last = await here.state(key, expert);
    for (const epoch of epochs) {
      const weights = await here.weights(key, expert, epoch);
      await there.save(key, expert, { epoch, weights, velocity: last!.velocity }, "float32");
    }
  }
  const [stored] = await store.list();
  async function* files() {
    for (const info of stored!.experts)
      yield {
        name: expertFileName(info.expert),
        blob: await writeExpert(store, stored!, info, torchLayout(stored!)),
      };
  }
  const path = join(newFolder(), "experts.zip");
  writeFileSync(path, Buffer.from(await (await zipExperts(files())).arrayBuffer()));
  return path;
}

it("trains experts once, finds them again, and takes in what the page exported", async () => {
  const [experts, first, second, third] = [newFolder(), newFolder(), newFolder(), newFolder()];
  expect((await command(matching(first, experts))).err).toMatch(/Training expert 1 of 1/);
  expect((await command(matching(second, experts))).err).not.toMatch(/Training expert/);
  expect(filesOf(second)).toEqual(filesOf(first));
  const [set] = readdirSync(experts);
  const index = readFileSync(join(experts, set!, "expert_000/index.json"), "utf8");
  expect((JSON.parse(index) as { epochs: object[] }).epochs).toMatchObject([
    { epoch: 0, precision: "float32" },
    { epoch: 1, precision: "compact", from: { epoch: 0 } },
  ]);

  const zip = await exported(experts);
  const { err } = await command([...matching(third, newFolder()), "--import-experts", zip]);
  expect(err).toContain("1 expert imported.");
  expect(err).not.toMatch(/Training expert/);
  expect(filesOf(third)).toEqual(filesOf(first));

  const damaged = readFileSync(zip);
  damaged[damaged.length >> 1]! ^= 1;
  writeFileSync(zip, damaged);
  const empty = newFolder();
  const refused = await command([...matching(newFolder(), empty), "--import-experts", zip]);
  expect(refused).toMatchObject({ code: 5, err: expect.stringContaining("is damaged") });
  expect(readdirSync(empty)).toEqual([]);
});
