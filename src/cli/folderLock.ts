/**
 * One process at a time works in a folder: a file in it names the one that does, and is removed at its end. What a killed
 * process left behind is taken over by the next one.
 */
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { CliError, EXIT } from "./exitCodes";
import { fileError } from "./folderFiles";

interface Holder {
  pid: number;
  host: string;
  /** When it began, for the eye. */
  since: string;
}

/** A file without words younger than this is being written. */
const WRITING_MS = 10_000;

export interface Lock {
  /** In or beside the folder that it is for. */
  file: string;
  /** The folder as the person knows it: "--out results". */
  what: string;
}

/**
 * Does the work while it holds all the locks.
 * @throws CliError when another process holds one, or it cannot be written
 */
export async function underLocks<T>(locks: readonly Lock[], work: () => Promise<T>): Promise<T> {
  const [first, ...rest] = locks;
  if (!first) return work();
  await take(first);
  try {
    return await underLocks(rest, work);
  } finally {
    await rm(first.file, { force: true });
  }
}

async function take({ file, what }: Lock): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    while (!(await place(file))) {
      const text = await readFile(file, "utf8").catch(() => null);
      if (text === null) continue; // given back just now
      await refuseIfHeld(file, text, what);
      await removeStale(file, text, what);
    }
  } catch (error) {
    throw fileError(error, `${what} cannot be used`);
  }
}

/** @returns false where there is a lock */
async function place(file: string): Promise<boolean> {
  const holder: Holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  try {
    const handle = await open(file, "wx");
    await handle.writeFile(JSON.stringify(holder));
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Moves a lock away that nobody holds; it may have become another one since it was read. */
async function removeStale(file: string, stale: string, what: string): Promise<void> {
  const away = `${file}.${process.pid}`;
  const moved = await rename(file, away).then(
    () => true,
    () => false, // another process was quicker
  );
  if (!moved) return;
  const text = await readFile(away, "utf8");
  if (text !== stale) {
    await rename(away, file);
    await refuseIfHeld(file, text, what);
  }
  await rm(away, { force: true });
}

/** @throws CliError when a process works there, or one of another computer may */
async function refuseIfHeld(file: string, text: string, what: string): Promise<void> {
  const holder = parse(text);
  if (!holder) {
    const age = await stat(file).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => Infinity,
    );
    if (age > WRITING_MS) return;
  } else if (holder.host === hostname() && !isAlive(holder.pid)) return;
  const who = holder ? `process ${holder.pid} on ${holder.host}, since ${holder.since}` : "it has just begun";
  throw new CliError(
    EXIT.files,
    `${what}: another run works there (${who}).`,
    `Wait for it, or choose another folder; if there is no such process, remove ${file}.`,
  );
}

function parse(text: string): Holder | null {
  try {
    const { pid, host, since } = JSON.parse(text) as Holder;
    return { pid, host, since };
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // of another person
  }
}
