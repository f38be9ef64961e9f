/** The table of broken and hostile files against the readers, with a store of its own for each. */
import "fake-indexeddb/auto";
import { describe, expect, it } from "vitest";
import { UserError } from "@/shared/errors";
import { hostileRows } from "../fixtures/hostile";
import { testImport } from "../fixtures/testImport";

describe("hostile files", () => {
  it.each(hostileRows.filter(({ inBrowser }) => !inBrowser))("$what", async ({ files, refused, skipped }) => {
    const { run, store } = testImport();
    const result = await run(await files()).catch((error: unknown) => error);
    if (result instanceof Error) {
      if (!(result instanceof UserError)) throw result;
      expect(result.message).toMatch(refused ?? /^nothing is to be refused$/);
      expect(await store.list()).toEqual([]);
      expect(await store.sweep()).toBe(0); // nothing is left of what was staged
    } else {
      const { report } = result as Awaited<ReturnType<typeof run>>;
      expect(skipped, "it should have been refused").toBeDefined();
      expect(report.skipped).toHaveLength(skipped!.length);
      report.skipped.forEach(({ path, reason }, i) => {
        expect(path).toMatch(skipped![i]![0]);
        expect(reason).toMatch(skipped![i]![1]);
        expect(path.length).toBeLessThan(400);
      });
      expect(await store.list()).toHaveLength(1);
    }
  });
});
