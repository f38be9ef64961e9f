import { expect, it } from "vitest";
import { makeZip } from "client-zip";
import { readZipDirectory, ZipContents } from "./zip";
import { zipStream } from "./zipStream";

async function zipped(count: number): Promise<Blob> {
  function* files() {
    for (let i = 0; i < count; i++)
      yield { name: `a/${i}`, input: Uint8Array.of(i, i >> 8, i >> 16), lastModified: 0 };
  }
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const part of zipStream(files())) parts.push(part.slice());
  return new Blob(parts);
}

it.each([1, 2, 65_535])("%i files are all there", async (count) => {
  const zip = await zipped(count);
  const entries = await readZipDirectory(zip, "x");
  expect(entries).toHaveLength(count);
  const last = entries.at(-1)!;
  const bytes = await new ZipContents(zip, "x").read(last);
  expect(bytes).toEqual(Uint8Array.of(count - 1, (count - 1) >> 8, (count - 1) >> 16));
});

it("an archive that holds more files than it can count is refused, not cut", async () => {
  function* files() {
    for (let i = 0; i < 65_600; i++) yield { name: `a/${i}`, input: new Uint8Array(1), lastModified: 0 };
  }
  const zip = await new Response(makeZip(files())).blob();
  await expect(readZipDirectory(zip, "old.zip")).rejects.toThrow(/old\.zip holds more than the 65,535 files/);
});
