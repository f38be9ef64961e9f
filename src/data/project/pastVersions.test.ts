/**
 * A file of every format version there ever was opens. When the format changes, raise `FORMAT_VERSION` and make the
 * new fixture: WRITE_PROJECT_FIXTURE=1 npx vitest run --project unit src/data/project/pastVersions
 */
import "fake-indexeddb/auto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fillStudio, storedBytes } from "../fixtures/filledStudio";
import { StudioDatabase } from "../shards/database";
import { FORMAT_VERSION } from "./manifest";
import { readProject } from "./readProject";
import { writeProject } from "./writeProject";

const FOLDER = new URL("./fixtures/", import.meta.url);
const around = { clock: () => 0, signal: new AbortController().signal, onProgress: () => undefined };
const versions = Array.from({ length: FORMAT_VERSION }, (_, i) => i + 1);

const pathOf = (version: number, extension: string) => new URL(`project-v${version}.${extension}`, FOLDER);
const plain = (records: unknown): unknown => JSON.parse(JSON.stringify(records));

if (process.env["WRITE_PROJECT_FIXTURE"] && !existsSync(pathOf(FORMAT_VERSION, "zip"))) {
  mkdirSync(FOLDER, { recursive: true });
  await fillStudio("fixture");
  const parts: Uint8Array[] = [];
  await writeProject(
    {
      ...around,
      database: new StudioDatabase("fixture"),
      choice: { images: true, experts: true },
      settings: { "studio.settings": '{"state":{"draft":null},"version":1}' },
      savedAt: 1_790_000_000_000,
    },
    (bytes) => Promise.resolve(void parts.push(bytes.slice())),
  );
  writeFileSync(pathOf(FORMAT_VERSION, "zip"), Buffer.concat(parts));
  writeFileSync(pathOf(FORMAT_VERSION, "json"), `${JSON.stringify(await storedBytes("fixture"), null, 2)}\n`);
}

describe.each(versions)("a project file of version %i", (version) => {
  it("opens, with everything that was in it", async () => {
    const file = new Blob([readFileSync(pathOf(version, "zip"))]);
    const name = `version-${version}`;
    const opened = await readProject(file, "old.zip", new StudioDatabase(name), around);
    expect(opened.leftOut).toEqual([]);
    const expected: unknown = JSON.parse(readFileSync(pathOf(version, "json"), "utf8"));
    expect(plain(await storedBytes(name))).toEqual(expected);
  });
});
