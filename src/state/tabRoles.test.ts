import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SharedChannel, SharedLock, tabIn } from "./fixtures/tabsTogether";
import type { TabDuties } from "./tabDuties";
import type { useTabs } from "./tabs";
import type { TabSurroundings } from "./tabSurroundings";

/** Of one tab: modules of its own, as in a browser. */
interface Tab {
  surroundings: TabSurroundings & { page: EventTarget };
  useTabs: typeof useTabs;
  duties: TabDuties;
  /** What it was called upon to do. */
  log: string[];
  /** What a tab that shows was shown. */
  seen: unknown[];
}

let lock: SharedLock;
let channel: SharedChannel;
let settleWork: () => Promise<void>;

async function openTab(id: string, build?: string): Promise<Tab> {
  vi.resetModules();
  const { joinTabs } = await import("./tabRoles");
  const { useTabs } = await import("./tabs");
  const log: string[] = [];
  const seen: unknown[] = [];
  const duties: TabDuties = {
    becomeWriter: (wasViewer) => log.push(wasViewer ? "took over" : "began"),
    becomeViewer: () => log.push("looks on"),
    settleWork: () => settleWork(),
    tell: (say) => ({
      tellAll: () => say({ run: { of: id } }),
      tellMore: () => log.push("more"),
      end: () => log.push("told"),
    }),
    show: (stores) => seen.push(stores),
    watchLists: () => () => undefined,
    reloadLists: () => log.push("lists"),
  };
  const surroundings = tabIn(lock, channel, id, build);
  joinTabs(surroundings, duties);
  return { surroundings, useTabs, duties, log, seen };
}

const role = ({ useTabs }: Tab) => useTabs.getState().role;
const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const close = (tab: Tab) => lock.forget(tab.surroundings.page);
const fire = ({ surroundings }: Tab, name: string) => surroundings.page.dispatchEvent(new Event(name));

beforeEach(() => {
  vi.useFakeTimers();
  lock = new SharedLock();
  channel = new SharedChannel();
  settleWork = () => Promise.resolve();
});
afterEach(() => vi.useRealTimers());

describe("joinTabs", () => {
  it("makes the first tab the writer and later ones viewers, which are told everything", async () => {
    const first = await openTab("a");
    await wait(1);
    expect([role(first), first.log]).toEqual(["writer", ["began"]]);
    const second = await openTab("b");
    await wait(100);
    expect(role(second)).toBe("starting"); // a page that is being reloaded is about to let go
    await wait(400);
    expect([role(second), second.log]).toEqual(["viewer", ["looks on"]]);
    expect(second.seen).toEqual([{ run: { of: "a" } }]);
    expect(first.log).toContain("more");
    expect(second.useTabs.getState().writer).toBe("heard");
  });

  it("a reloaded tab is the writer again without having been a viewer", async () => {
    const first = await openTab("a");
    await wait(1);
    const reloaded = await openTab("a2");
    await wait(50);
    close(first);
    await wait(10);
    expect([role(reloaded), reloaded.log]).toEqual(["writer", ["began"]]);
    await wait(10_000);
    expect(role(reloaded)).toBe("writer");
  });

  it("gives a closed or crashed writer's place to the tab that waited longest; the third greets the new one", async () => {
    const [first, second, third] = [await openTab("a"), await openTab("b"), await openTab("c")];
    await wait(500);
    close(first);
    await wait(10);
    expect([role(second), role(third)]).toEqual(["writer", "viewer"]);
    expect(second.log).toContain("took over");
    expect(third.seen.at(-1)).toEqual({ run: { of: "b" } });
  });

  it("hands over to the tab that asks, before those that wait longer", async () => {
    const [first, second, third] = [await openTab("a"), await openTab("b"), await openTab("c")];
    await wait(500);
    let settled = () => {};
    settleWork = () => new Promise((resolve) => (settled = resolve));
    third.useTabs.getState().takeOver();
    await wait(10);
    expect(third.useTabs.getState().asking).toBe("pausing");
    expect(role(first)).toBe("writer"); // until its work is in a safe place
    settled();
    await wait(10);
    expect([first, second, third].map(role)).toEqual(["viewer", "viewer", "writer"]);
    expect(first.log.slice(-2)).toEqual(["told", "looks on"]);
    expect(third.useTabs.getState()).toMatchObject({ asking: "no", refusal: "" });
    await wait(60_000);
    expect([first, second, third].map(role)).toEqual(["viewer", "viewer", "writer"]);
    close(third);
    await wait(10);
    expect([first, second].map(role)).toEqual(["viewer", "writer"]);
  });

  it("keeps the studio while something would be lost, and says what", async () => {
    const [first, second] = [await openTab("a"), await openTab("b")];
    await wait(500);
    settleWork = () => Promise.reject(new Error("The other tab is importing."));
    second.useTabs.getState().takeOver();
    await wait(10);
    expect([first, second].map(role)).toEqual(["writer", "viewer"]);
    expect(second.useTabs.getState()).toMatchObject({
      asking: "no",
      refusal: "The other tab is importing.",
    });
  });

  it("says when the writer does not answer, and takes over when it is gone", async () => {
    const first = await openTab("a");
    await wait(1);
    vi.spyOn(channel, "open").mockImplementation(
      () => ({ postMessage() {}, close() {} }) as unknown as BroadcastChannel,
    );
    const second = await openTab("b");
    await wait(5000);
    expect(second.useTabs.getState().writer).toBe("silent");
    second.useTabs.getState().takeOver();
    expect(second.useTabs.getState().asking).toBe("asked");
    await wait(5000);
    expect(second.useTabs.getState().asking).toBe("unanswered");
    expect(role(second)).toBe("viewer"); // until the person says so
    close(first);
    await wait(10);
    expect([role(second), second.useTabs.getState().asking]).toEqual(["writer", "no"]);
  });

  it("takes the lock from a writer that sleeps when the person says so; on waking that one looks on", async () => {
    const [first, second, third] = [await openTab("a"), await openTab("b"), await openTab("c")];
    await wait(500);
    const wake = lock.sleep(first.surroundings.page);
    settleWork = () => new Promise(() => undefined); // it fell asleep while it paused its work
    third.useTabs.getState().takeOver();
    await wait(5000);
    expect(third.useTabs.getState().asking).toBe("pausing");
    await wait(61_000);
    expect(third.useTabs.getState().asking).toBe("unanswered");
    third.useTabs.getState().takeOver();
    await wait(10);
    expect([second, third].map(role)).toEqual(["viewer", "writer"]);
    expect(third.log).toContain("took over");
    expect(second.seen.at(-1)).toEqual({ run: { of: "c" } });

    expect(role(first)).toBe("writer"); // it knows nothing yet
    wake();
    await wait(10);
    expect(role(first)).toBe("viewer");
    expect(first.log.slice(-2)).toEqual(["told", "looks on"]);
    expect(first.seen.at(-1)).toEqual({ run: { of: "c" } });
    close(third);
    await wait(10);
    expect([first, second].map(role)).toEqual(["viewer", "writer"]); // it waits behind the others
  });

  it("goes to the next tab when the one that asked is gone by then", async () => {
    const [first, second, third] = [await openTab("a"), await openTab("b"), await openTab("c")];
    await wait(500);
    settleWork = () => {
      fire(third, "pagehide");
      return Promise.resolve();
    };
    third.useTabs.getState().takeOver();
    await wait(10_000);
    expect([first, second].map(role)).toEqual(["viewer", "writer"]);
  });

  it("lets go when frozen; on waking it looks on if another tab writes, and goes on if none does", async () => {
    const first = await openTab("a");
    await wait(1);
    fire(first, "freeze");
    await wait(10_000);
    fire(first, "resume");
    await wait(10);
    expect([role(first), first.log]).toEqual(["writer", ["began"]]);
    const second = await openTab("b");
    await wait(500);
    fire(first, "pagehide");
    await wait(10);
    expect(role(second)).toBe("writer");
    fire(first, "pageshow");
    await wait(10);
    expect([role(first), first.log.at(-1)]).toEqual(["viewer", "looks on"]);
    expect(first.seen).toEqual([{ run: { of: "b" } }]);
  });

  it("does not show what a tab of another build tells, but takes over from it", async () => {
    const first = await openTab("a", "old");
    const second = await openTab("b", "new");
    await wait(500);
    expect(second.seen).toEqual([]);
    expect(second.useTabs.getState().writer).toBe("otherBuild");
    second.useTabs.getState().takeOver();
    await wait(10);
    expect([first, second].map(role)).toEqual(["viewer", "writer"]);
  });

  it("works as the only tab where there are no locks, no channel, or the lock is refused", async () => {
    for (const missing of [{ locks: undefined }, { openChannel: undefined }]) {
      vi.resetModules();
      const { joinTabs } = await import("./tabRoles");
      const { useTabs } = await import("./tabs");
      const becomeWriter = vi.fn();
      joinTabs({ ...tabIn(lock, channel, "a"), ...missing }, { becomeWriter } as unknown as TabDuties);
      expect(useTabs.getState().role).toBe("writer");
      expect(becomeWriter).toHaveBeenCalledExactlyOnceWith(false);
    }
    vi.spyOn(SharedLock.prototype, "of").mockReturnValueOnce({
      request: () => Promise.reject(new DOMException("no", "SecurityError")),
    });
    const refused = await openTab("c");
    await wait(1000);
    expect([role(refused), refused.log]).toEqual(["writer", ["began"]]);
  });
});
