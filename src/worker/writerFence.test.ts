import { expect, it } from "vitest";
import { WRITER_LOCK } from "@/shared/writerLock";
import { WriterFence } from "./writerFence";

const heldBy = (clientId?: string) => ({
  query: () => Promise.resolve({ held: clientId ? [{ name: WRITER_LOCK, clientId }] : [], pending: [] }),
});

it("refuses to write only while another page holds the writer's lock", async () => {
  const write = (page: string | null, locks: Pick<LockManager, "query"> | undefined) => {
    const fence = new WriterFence(locks);
    fence.standFor(page);
    return fence.check();
  };
  await expect(write("mine", heldBy("mine"))).resolves.toBeUndefined();
  await expect(write("mine", heldBy())).resolves.toBeUndefined();
  await expect(write("mine", undefined)).resolves.toBeUndefined();
  await expect(write(null, heldBy("other"))).resolves.toBeUndefined();
  await expect(write("mine", heldBy("other"))).rejects.toThrow("Another tab has taken the studio over");
});
