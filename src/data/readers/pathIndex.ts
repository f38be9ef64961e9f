/** Finds files by what tables call them: a path from anywhere inward, with or without the end of the name. */
import { isImageName } from "./filePaths";

const SEVERAL = -1;

export class PathIndex {
  /** Every tail of every path, whole and without the end of its name; those of several files lead nowhere. */
  private readonly found = new Map<string, number>();

  constructor(paths: readonly string[]) {
    paths.forEach((path, index) => {
      if (!isImageName(path)) return;
      const parts = path.split("/");
      for (let from = Math.max(0, parts.length - MAX_DEPTH); from < parts.length; from++) {
        const tail = parts.slice(from).join("/");
        this.put(tail, index);
        this.put(withoutEnd(tail), index);
      }
    });
  }

  /** The index of the only file that is called so. */
  find(name: string): number | undefined {
    const index = this.found.get(name.replaceAll("\\", "/").replace(/^(\.?\/)+/, ""));
    return index === SEVERAL ? undefined : index;
  }

  private put(name: string, index: number): void {
    const known = this.found.get(name);
    this.found.set(name, known === undefined || known === index ? index : SEVERAL);
  }
}

/** Folders of a path that a table may name. */
const MAX_DEPTH = 5;
const withoutEnd = (name: string): string => name.replace(/\.[A-Za-z0-9]+$/, "");
