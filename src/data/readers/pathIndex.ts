/** Finds pictures by what tables call them: a path from anywhere inward, with or without the end of the name. */
import { baseName, isImageName } from "./filePaths";

export class PathIndex {
  /** The pictures of each name without its end: mostly one. */
  private readonly byStem = new Map<string, number | number[]>();

  constructor(private readonly paths: readonly string[]) {
    paths.forEach((path, index) => {
      if (!isImageName(path)) return;
      const stem = withoutEnd(baseName(path));
      const known = this.byStem.get(stem);
      if (known === undefined) this.byStem.set(stem, index);
      else if (typeof known === "number") this.byStem.set(stem, [known, index]);
      else known.push(index);
    });
  }

  /** The index of the only picture that is called so. */
  find(name: string): number | undefined {
    const wanted = name.replaceAll("\\", "/").replace(/^(\.?\/)+/, "");
    const base = baseName(wanted);
    const fits = (path: string) => path === wanted || path.endsWith(`/${wanted}`);
    const found = [...new Set([base, withoutEnd(base)])]
      .flatMap((stem) => this.byStem.get(stem) ?? [])
      .filter((index) => fits(this.paths[index]!) || fits(withoutEnd(this.paths[index]!)));
    return found.length === 1 ? found[0] : undefined;
  }
}

const withoutEnd = (name: string): string => name.replace(/\.[A-Za-z0-9]+$/, "");
