import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { underLocks } from "./folderLock";
import { newFolder } from "./testData";

const lockIn = (folder: string) => ({ file: join(folder, "deep/.distill.lock"), what: "--out results" });
const inUse = { code: 5, message: expect.stringContaining("--out results: another run works there") };

it("lets one at a time into a folder, and the next one when that is over", async () => {
  const lock = lockIn(newFolder());
  let end = () => undefined as void;
  const first = underLocks([lock], () => new Promise<void>((resolve) => (end = resolve)));
  await expect.poll(() => existsSync(lock.file)).toBe(true);
  await expect(underLocks([lock], () => Promise.resolve())).rejects.toMatchObject({
    ...inUse,
    hint: expect.stringContaining(`remove ${lock.file}`),
  });
  end();
  await first;
  expect(existsSync(lock.file)).toBe(false);
  await expect(underLocks([lock], () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(await underLocks([lock], () => Promise.resolve("in"))).toBe("in");
});

it("takes over what a killed process left, and nothing that may be held", async () => {
  const lock = lockIn(newFolder());
  await underLocks([lock], () => Promise.resolve()); // makes the folder
  const gone = spawnSync(process.execPath, ["-e", ""]).pid;
  const leave = (holder: object) => writeFileSync(lock.file, JSON.stringify({ since: "noon", ...holder }));
  const enter = () => underLocks([lock], () => Promise.resolve(readFileSync(lock.file, "utf8")));

  leave({ pid: gone, host: hostname() });
  expect(JSON.parse(await enter())).toMatchObject({ pid: process.pid });
  leave({ pid: gone, host: "elsewhere" });
  await expect(enter()).rejects.toMatchObject(inUse);
  writeFileSync(lock.file, ""); // being written
  await expect(enter()).rejects.toMatchObject(inUse);
  utimesSync(lock.file, 1, 1);
  expect(JSON.parse(await enter())).toMatchObject({ pid: process.pid });
});

it("gives the first lock back when the second is held", async () => {
  const [free, held] = [lockIn(newFolder()), lockIn(newFolder())];
  await underLocks([held], async () => {
    await expect(underLocks([free, held], () => Promise.resolve())).rejects.toMatchObject(inUse);
  });
  expect(existsSync(free.file)).toBe(false);
});
