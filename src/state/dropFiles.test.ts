import { expect, it } from "vitest";
import { UserError } from "@/shared/errors";
import { pickedFiles, walk } from "./dropFiles";

const BATCH = 100; // what browsers hand out per call

function fileEntry(fullPath: string, broken = false): FileSystemFileEntry {
  return {
    isFile: true,
    isDirectory: false,
    fullPath,
    name: fullPath.split("/").at(-1)!,
    file: (resolve: (file: File) => void, reject: (error: DOMException) => void) =>
      broken ? reject(new DOMException("gone")) : resolve(new File(["x"], fullPath.split("/").at(-1)!)),
  } as unknown as FileSystemFileEntry;
}

function folderEntry(fullPath: string, inside: FileSystemEntry[]): FileSystemDirectoryEntry {
  return {
    isFile: false,
    isDirectory: true,
    fullPath,
    createReader: () => {
      let at = 0;
      return {
        readEntries: (resolve: (entries: FileSystemEntry[]) => void) => {
          const batch = inside.slice(at, at + BATCH);
          at += batch.length;
          setTimeout(() => resolve(batch));
        },
      };
    },
  } as unknown as FileSystemDirectoryEntry;
}

it("finds all files of a folder with more than 100", async () => {
  const many = Array.from({ length: 1001 }, (_, i) => fileEntry(`/set/cat/${i}.png`));
  const few = Array.from({ length: 101 }, (_, i) => fileEntry(`/set/dog/${i}.png`));
  const root = folderEntry("/set", [folderEntry("/set/cat", many), folderEntry("/set/dog", few)]);
  const found = await walk([root, fileEntry("/loose.png")]);
  expect(found).toHaveLength(1001 + 101 + 1);
  expect(new Set(found.map(({ path }) => path)).size).toBe(found.length);
  expect(found[0]!.path).toBe("set/cat/0.png");
  expect(found.at(-1)!.path).toBe("loose.png");
});

it("says which file cannot be read", async () => {
  const root = folderEntry("/set", [fileEntry("/set/a.png"), fileEntry("/set/b.png", true)]);
  await expect(walk([root])).rejects.toThrow(UserError);
  await expect(walk([root])).rejects.toThrow("/set/b.png");
});

it("takes the path that a folder picker gives", () => {
  const inFolder = Object.defineProperty(new File([""], "1.png"), "webkitRelativePath", {
    value: "cat/1.png",
  });
  const alone = Object.defineProperty(new File([""], "x.zip"), "webkitRelativePath", { value: "" });
  expect(pickedFiles([inFolder, alone]).map(({ path }) => path)).toEqual(["cat/1.png", "x.zip"]);
});
