/**
 * Tar archives of pictures in class folders, plain or gzipped. Several together are one dataset: each may be a split
 * (train.tar, test.tar), or a class where the pictures lie in no folder (ImageNet's n01440764.tar).
 */
import type { PickedFile } from "@/shared/importing";
import { readTar, type TarMember } from "../codecs/tar";
import { declinesTars, inPathOrder } from "./archiveNames";
import { readFolders, refuseUnlabelled, type FolderLayout } from "./classFolders";
import { baseName, isImageName, isJunk, stem } from "./filePaths";
import { FilesMemo } from "./filesMemo";
import { ImageSurvey } from "./imageSurvey";
import { accepted, declined, defineReader, type ReaderContext, type ReaderFacts } from "./reader";
import { splitOfPath, splitsOfPaths } from "./splitNames";
import { namesText, tarKind } from "./tarKind";
import { tarRefusal } from "./tarPictures";

export default defineReader({
  id: "imageTar",
  label: "Tar of class folders",
  about: "A .tar or .tar.gz with a folder of pictures per class, or one archive per split or class.",

  accepts: (files) => declinesTars(files) ?? accepted,

  async recognise(files, context) {
    for (const file of files) {
      const found = await tarKind(file, context);
      if (found.kind === "other")
        return declined(
          `${baseName(file.path)} holds no pictures (${namesText(found.names)}, …) and no CIFAR batches`,
        );
      if (found.kind !== "classFolders")
        return declined(`${baseName(file.path)} is no archive of class folders`);
    }
    return accepted;
  },

  async inspect(files, context) {
    const { layout, survey } = await listArchives(files, context);
    const where = files.length === 1 ? baseName(files[0]!.path) : "The archives";
    refuseUnlabelled(layout, where);
    const { wrapper, classNames, counts } = layout;
    return { name: wrapper || stem(files[0]!.path), classNames, counts, ...survey, notes: [] };
  },

  async *read(files, _facts, context) {
    const { layout } = await listArchives(files, context);
    yield* layout.skipped;
    let index = -1;
    let next = 0;
    for await (const { path, reader, size } of members(files, context.signal)) {
      index++;
      const image = layout.images[next];
      if (image?.index !== index) continue;
      next++;
      const bytes = Uint8Array.from(await reader.read(size));
      yield { kind: "image", split: image.split, label: image.label, path, bytes };
    }
  },
});

interface Listing {
  layout: FolderLayout;
  survey: Pick<ReaderFacts, "sizes" | "sampled" | "channels">;
}

/** Lists of archives: a gzipped one must be unpacked whole for its own. */
const listed = new FilesMemo<Listing>();

const listArchives = (files: readonly PickedFile[], context: ReaderContext): Promise<Listing> =>
  listed.get(files, () => list(files, context));

async function list(files: readonly PickedFile[], context: ReaderContext): Promise<Listing> {
  const found: Found[] = [];
  const survey = new ImageSurvey();
  let seen = new Set<string>();
  let archive = -1;
  for await (const member of members(files, context.signal)) {
    const { path, size, reader } = member;
    if (member.archive !== archive) seen = new Set();
    archive = member.archive;
    const refusal = seen.has(path) ? "a second file of the same name in the archive" : tarRefusal(member);
    seen.add(path);
    found.push({ archive, path, refusal });
    if (refusal === "" && isImageName(path) && survey.wantsNext()) survey.add(await reader.read(size));
    context.onProgress?.(found.length, 0);
  }
  const layout = readFolders(classPaths(found, inPathOrder(files)), (i) => found[i]!.refusal);
  return { layout, survey: survey.result() };
}

interface Found {
  /** Which of the archives, in the order of their paths. */
  archive: number;
  path: string;
  refusal: string;
}

/** All files of all archives, in an order that depends on the files alone. */
async function* members(
  files: readonly PickedFile[],
  signal: AbortSignal,
): AsyncGenerator<TarMember & { archive: number }> {
  for (const [archive, { file, path }] of inPathOrder(files).entries()) {
    for await (const member of readTar(file, baseName(path), signal))
      if (!isJunk(member.path)) yield { ...member, archive };
  }
}

/** The paths as one folder would have them that held all archives unpacked. */
function classPaths(found: readonly Found[], archives: readonly PickedFile[]): string[] {
  if (archives.length === 1) return found.map(({ path }) => path);
  const inFolders = found.some(({ path }) => isImageName(path) && plainPath(path).includes("/"));
  if (!inFolders)
    return found.map(({ archive, path }) => `${withoutEnd(archives[archive]!.path)}/${plainPath(path)}`);
  const splits = splitsOfPaths(archives.map(({ path }) => path));
  return found.map(({ archive, path }) => {
    const [top = "", ...rest] = plainPath(path).split("/");
    const inner = rest.length > 0 && splitOfPath(top) !== undefined ? rest : [top, ...rest];
    return [splits[archive]!, ...inner].join("/");
  });
}

const plainPath = (path: string): string => path.replace(/^(\.\/)+/, "");
const withoutEnd = (path: string): string => path.slice(0, path.length - baseName(path).length) + stem(path);
