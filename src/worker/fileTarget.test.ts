import { describe, expect, it, vi } from "vitest";
import { UserError } from "@/shared/errors";
import { openTarget } from "./fileTarget";

/** As browsers throw them. */
const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });

/** A place whose disk fails in this way at a write. */
function failingPlace(error: Error) {
  const abort = vi.fn(() => Promise.resolve());
  const stream = { write: () => Promise.reject(error), close: () => Promise.resolve(), abort };
  const place = { name: "set.zip", createWritable: () => Promise.resolve(stream) };
  return { place: place as unknown as FileSystemFileHandle, abort };
}

describe("a file that is written to its place", () => {
  it("says that the disk is full, and what of it is left", async () => {
    const { place, abort } = failingPlace(named("QuotaExceededError", "full"));
    const target = await openTarget(place);
    const written = target.write(Uint8Array.of(1));
    await expect(written).rejects.toThrow(UserError);
    await expect(written).rejects.toMatchObject({
      message: "There is no room for set.zip at its place.",
      hint: "Free some room there, or choose another place; what was there before is untouched.",
    });
    await target.discard(new Error("full"));
    expect(abort).toHaveBeenCalledOnce();
  });

  it("says what else the browser gives as the reason, also before anything is written", async () => {
    const target = await openTarget(failingPlace(named("InvalidStateError", "it is locked")).place);
    await expect(target.write(Uint8Array.of(1))).rejects.toThrow(
      "set.zip could not be written: it is locked",
    );
    const refused = () => Promise.reject(named("NotAllowedError", "not allowed"));
    const place = { name: "set.zip", createWritable: refused } as unknown as FileSystemFileHandle;
    await expect(openTarget(place)).rejects.toThrow("set.zip could not be written: not allowed");
  });

  it("is a Blob of all pieces where there is no place", async () => {
    const target = await openTarget(null);
    for (const value of [1, 2, 3]) await target.write(Uint8Array.of(value));
    const blob = await target.finish();
    expect([...new Uint8Array(await blob!.arrayBuffer())]).toEqual([1, 2, 3]);
  });
});
