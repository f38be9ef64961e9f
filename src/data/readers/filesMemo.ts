/** Remembers what was found in files for as long as someone holds their list: the import need not look again. */
import type { PickedFile } from "@/shared/importing";

export class FilesMemo<T> {
  private readonly known = new WeakMap<readonly PickedFile[], T>();

  /** @param find asked when nothing is known; what it throws is not remembered */
  async get(files: readonly PickedFile[], find: () => Promise<T>): Promise<T> {
    const known = this.known.get(files);
    if (known !== undefined) return known;
    const found = await find();
    this.known.set(files, found);
    return found;
  }
}
