/**
 * The state of an unfinished run in a folder: two generations that are written in turn, each a file that is there whole
 * or not at all and whose every byte is hashed. Whatever breaks, one whole state is left. The same packing as the
 * page's checkpoints (data/runs/packedCheckpoint.ts).
 */
import { openAsBlob } from "node:fs";
import { mkdir, readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { packCheckpoint, unpackCheckpoint } from "@/data/runs/packedCheckpoint";
import type { Checkpoint } from "@/shared/checkpoint";
import type { BackendInfo } from "@/shared/run";
import { CliError, EXIT } from "./exitCodes";
import { fileError, writeWhole } from "./folderFiles";

const FORMAT = "distillation-studio/checkpoint-1";
const GENERATIONS = [0, 1] as const;
type Generation = (typeof GENERATIONS)[number];
const MAX_HEADER = 2 ** 20; // bytes

/** A state, and which backend made it: on another one the numbers differ in their last bits. */
export type SavedRun = Checkpoint & { backend: BackendInfo["id"] };

/** The first line of a file; what follows it is the facts and the parts, one after another. */
interface Header {
  format: string;
  /** Of the facts, hex; they hold the hashes of the parts. */
  sha256: string;
  factsBytes: number;
  partBytes: number[];
}

export class CheckpointFolder {
  private newest: Generation | null = null;

  constructor(readonly path: string) {}

  /** Whether there is anything to go on from. */
  async exists(): Promise<boolean> {
    const names: string[] = await readdir(this.path).catch(() => []);
    return GENERATIONS.some((generation) => names.includes(nameOf(generation)));
  }

  /**
   * The newest whole state.
   * @returns with `isOlder` when the newest file was damaged and this is the one before
   * @throws CliError when there is none
   */
  async read(): Promise<{ saved: SavedRun; isOlder: boolean }> {
    const read = await Promise.all(
      GENERATIONS.map(async (generation) => ({ generation, saved: await this.readFile(generation) })),
    );
    const whole = read.flatMap(({ generation, saved }) =>
      saved === "missing" || saved === "damaged" ? [] : [{ generation, saved }],
    );
    const isDamaged = read.some(({ saved }) => saved === "damaged");
    whole.sort((a, b) => b.saved.elapsedMs - a.saved.elapsedMs || b.saved.iteration - a.saved.iteration);
    const [best] = whole;
    if (!best)
      throw new CliError(
        EXIT.files,
        isDamaged
          ? `--resume: the checkpoints in ${this.path} are damaged.`
          : `--resume: there is no checkpoint in ${this.path}.`,
        isDamaged
          ? "Run again without --resume; the same seed gives the same images."
          : "Give the --out (or --checkpoint) of the run that was interrupted, or leave --resume out.",
      );
    this.newest = best.generation;
    return { saved: best.saved, isOlder: isDamaged };
  }

  /** Writes a state over the older generation. @throws CliError when the disk refuses, UserError for numbers that are none */
  async save(saved: SavedRun): Promise<void> {
    const { facts, sha256, parts } = await packCheckpoint(saved);
    const factsBytes = new TextEncoder().encode(facts);
    const header: Header = {
      format: FORMAT,
      sha256,
      factsBytes: factsBytes.length,
      partBytes: parts.map(({ size }) => size),
    };
    const generation: Generation = this.newest === 0 ? 1 : 0;
    const bytes = await Promise.all(parts.map(async (part) => new Uint8Array(await part.arrayBuffer())));
    try {
      await mkdir(this.path, { recursive: true });
      const head = new TextEncoder().encode(`${JSON.stringify(header)}\n`);
      await writeWhole(join(this.path, nameOf(generation)), [head, factsBytes, ...bytes]);
    } catch (error) {
      throw fileError(error, `The checkpoint in ${this.path} cannot be written`);
    }
    this.newest = generation;
  }

  /** Removes both generations, and the folder when nothing else is in it. */
  async delete(): Promise<void> {
    for (const generation of GENERATIONS) await rm(join(this.path, nameOf(generation)), { force: true });
    await rmdir(this.path).catch(() => undefined);
    this.newest = null;
  }

  private async readFile(generation: Generation): Promise<SavedRun | "missing" | "damaged"> {
    let blob: Blob;
    try {
      blob = await openAsBlob(join(this.path, nameOf(generation)));
    } catch {
      return "missing";
    }
    const head = new Uint8Array(await blob.slice(0, MAX_HEADER).arrayBuffer());
    const header = headerOf(head);
    if (!header) return "damaged";
    let at = head.indexOf(10) + 1;
    const next = (size: number): Blob => blob.slice(at, (at += size));
    const facts = await next(header.factsBytes).text();
    const parts = header.partBytes.map(next);
    if (at !== blob.size) return "damaged";
    return (
      ((await unpackCheckpoint({ facts, sha256: header.sha256, parts })) as SavedRun | null) ?? "damaged"
    );
  }
}

const nameOf = (generation: Generation): string => `checkpoint-${generation}.bin`;

/** The first line, null when it is not one of ours. */
function headerOf(bytes: Uint8Array): Header | null {
  try {
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(10)))) as Header;
    const sizes = [header.factsBytes, ...header.partBytes];
    const isRight =
      header.format === FORMAT && sizes.every((size) => Number.isSafeInteger(size) && size >= 0);
    return isRight ? header : null;
  } catch {
    return null;
  }
}
