import "fake-indexeddb/auto";
import { openDB } from "idb";
import { beforeEach, describe, expect, it } from "vitest";
import type { ProjectChoice, ProjectOpened, ProjectProgress } from "@/shared/project";
import { StudioDatabase } from "../shards/database";
import { SCHEMA_VERSION } from "../shards/migrations";
import { fillStudio, storedBytes } from "../fixtures/filledStudio";
import { datasetRecords } from "./collectItems";
import { isProjectFile } from "./projectArchive";
import { readProject } from "./readProject";
import { measureProject, writeProject, type ProjectSource } from "./writeProject";

const ALL: ProjectChoice = { images: true, experts: true };
const SETTINGS = { "studio.settings": '{"state":{}}' };

let databases = 0;
let name = "";
beforeEach(() => {
  name = `project-${databases++}`;
});

async function save(
  from = name,
  choice = ALL,
  signal = new AbortController().signal,
  datasetsBeside?: ProjectSource["datasetsBeside"],
) {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const progress: ProjectProgress[] = [];
  const written = await writeProject(
    {
      database: new StudioDatabase(from),
      choice,
      settings: SETTINGS,
      savedAt: 5,
      clock: () => performance.now(),
      signal,
      onProgress: (told) => progress.push(told),
      ...(datasetsBeside && { datasetsBeside }),
    },
    (bytes) => Promise.resolve(void parts.push(bytes.slice())),
  );
  return { ...written, file: new Blob(parts), progress };
}

const open = (file: Blob, into: string, signal = new AbortController().signal): Promise<ProjectOpened> =>
  readProject(file, "mine.zip", new StudioDatabase(into), {
    clock: () => performance.now(),
    signal,
    onProgress: () => undefined,
  });

describe("a project file", () => {
  it("brings every store to an empty browser, byte for byte", async () => {
    await fillStudio(name);
    const before = await storedBytes(name);
    const { file, bytes, leftOut, progress } = await save();
    expect(bytes).toBe(file.size);
    expect(leftOut).toEqual([]);
    expect(await isProjectFile(file)).toBe(true);
    expect(progress.at(-1)).toMatchObject({ phase: "writing", eta: 0 });
    expect(progress.at(-1)!.done).toBe(progress.at(-1)!.total);
    const opened = await open(file, `${name}-copy`);
    expect(await storedBytes(`${name}-copy`)).toEqual(before);
    expect(opened).toMatchObject({ known: 0, beside: [], withoutImages: [], settings: SETTINGS });
    expect(opened.added).toEqual({
      dataset: 2,
      "unfinished run": 2,
      "unfinished job": 1,
      "kept set": 2,
      score: 3,
      "set of experts": 1,
      expert: 2,
    });
    expect((await save(`${name}-copy`)).file.size).toBe(file.size);
  });

  it("holds the datasets that are in memory only, which are kept where it is opened", async () => {
    const memory = new StudioDatabase(`${name}-memory`);
    await fillStudio(`${name}-memory`);
    const connection = await memory.open();
    for (const info of await connection.getAll("datasets"))
      await connection.put("datasets", { ...info, inMemory: true });
    // as it comes from another worker
    const datasetsBeside = async (choice: ProjectChoice) =>
      structuredClone(await datasetRecords(connection, choice));

    const { file, leftOut } = await save(name, ALL, undefined, datasetsBeside);
    expect(leftOut).toEqual([]);
    expect(await measureProject({ database: new StudioDatabase(name), datasetsBeside })).toMatchObject({
      datasets: 2,
      runs: 0,
    });
    const copy = `${name}-copy`;
    expect((await open(file, copy)).added).toEqual({ dataset: 2 });
    const opened = await new StudioDatabase(copy).open();
    const kept = await opened.getAll("datasets");
    expect(kept.map((info) => [info.name, "inMemory" in info])).toEqual([
      ["cats", false],
      ["dogs", false],
    ]);
    expect(await opened.count("shards")).toBe(await connection.count("shards"));
    expect(await open(file, `${name}-memory`)).toMatchObject({ added: {}, known: 2, beside: [] });
  });

  it("is taken in twice without a second copy", async () => {
    await fillStudio(name);
    const before = await storedBytes(name);
    const opened = await open((await save()).file, name);
    expect(opened).toMatchObject({ added: {}, known: 13, beside: [] });
    expect(await storedBytes(name)).toEqual(before);
  });

  it("puts what differs beside what is there, once", async () => {
    await fillStudio(name);
    const { file } = await save();
    const database = await openDB(name, SCHEMA_VERSION);
    const [info] = await database.getAll("datasets");
    await database.put("datasets", { ...info, createdAt: info.createdAt + 1 });
    const [expert] = await database.getAll("experts");
    await database.put("experts", { ...expert, accuracies: [] });
    database.close();
    const before = await storedBytes(name);

    const opened = await open(file, name);
    expect(opened.added).toEqual({ dataset: 1, expert: 1 });
    expect(opened.beside).toContain(`${info.name} 2`);
    const after = await storedBytes(name);
    for (const [key, record] of Object.entries(before)) expect(after[key]).toEqual(record);
    const theirs = Object.keys(after).filter((key) => key.startsWith("experts/") && !(key in before));
    expect(theirs).toHaveLength(1);
    expect(theirs[0]).toContain(`"${expert.setId}",2`); // 0 and 1 are taken
    expect(await open(file, name)).toMatchObject({ added: {}, known: 13 });
    expect(await storedBytes(name)).toEqual(after);
  });

  it("without images tells of the datasets, and brings all the rest", async () => {
    await fillStudio(name);
    const { file } = await save(name, { images: false, experts: false });
    const opened = await open(file, `${name}-copy`);
    expect(opened.withoutImages).toEqual(["cats", "dogs"]);
    expect(opened.added).toEqual({
      "unfinished run": 2,
      "unfinished job": 1,
      "kept set": 2,
      score: 3,
    });
  });

  it("leaves out what is damaged here, by name, and stays a file that opens", async () => {
    await fillStudio(name);
    const database = await openDB(name, SCHEMA_VERSION);
    const shard = await database.get("shards", ["one", "train", 0]);
    await database.put("shards", { ...shard, pixels: new Blob([new Uint8Array(shard.pixels.size)]) });
    database.close();
    const { file, leftOut } = await save();
    expect(leftOut).toEqual([
      { what: 'dataset "cats"', why: "its train shard 1 does not match its SHA-256" },
    ]);
    const opened = await open(file, `${name}-copy`);
    expect(opened.leftOut).toEqual(leftOut);
    expect(opened.added["dataset"]).toBe(1);
  });

  it("is written and read until it is cancelled, and leaves nothing then", async () => {
    await fillStudio(name);
    const { file } = await save();
    await expect(save(name, ALL, AbortSignal.abort())).rejects.toThrow(/abort/i);
    const copy = `${name}-copy`;
    for (const phase of ["checking", "storing"]) {
      const controller = new AbortController();
      const reading = readProject(file, "mine.zip", new StudioDatabase(copy), {
        clock: () => performance.now(),
        signal: controller.signal,
        onProgress: (told) => told.phase === phase && controller.abort(),
      });
      await expect(reading).rejects.toMatchObject({ name: "AbortError" });
      await new StudioDatabase(copy).open();
      expect(await storedBytes(copy)).toEqual({});
    }
  });
});
