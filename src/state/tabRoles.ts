/**
 * Which tab writes. The one that holds the lock does; the others wait for it and show meanwhile what it tells them. A tab
 * that is put aside (back/forward cache, frozen) lets go, and asks again when it is looked at. From one that was put to
 * sleep without a word the lock is taken when the person wants it; it learns that when it wakes.
 */
import { openTabChannel, type TabChannel, type TabMessage } from "./tabChannel";
import type { TabDuties } from "./tabDuties";
import { useTabs } from "./tabs";
import { Wait, type TabSurroundings } from "./tabSurroundings";
import { ViewerSide } from "./viewerSide";
import { WriterLock } from "./writerLock";
import { WriterSide } from "./writerSide";

/** A page that is being reloaded holds the lock a moment longer: so long a new one waits before it shows itself a viewer. */
const GRACE_MS = 300;
/** So long the lock waits for the tab that asked for it. */
const YIELD_MS = 3000;

/** Finds this tab's role, and keeps to it until the page is gone. */
export function joinTabs({ locks, openChannel, page, id, build }: TabSurroundings, duties: TabDuties): void {
  if (!locks || !openChannel) {
    useTabs.setState({ role: "writer" });
    duties.becomeWriter(false);
    return;
  }

  const lock = new WriterLock(locks, onLost);
  let channel: TabChannel | null = null;
  const say = (message: TabMessage) => channel?.say(message);
  const writer = new WriterSide({ say, duties, giveUp });
  const viewer = new ViewerSide({ id, say, duties, take: () => void lock.take().then(onGranted, alone) });
  const wait = new Wait();
  const role = () => useTabs.getState().role;

  function becomeWriter(): void {
    wait.end();
    viewer.end();
    const wasViewer = role() === "viewer";
    useTabs.setState({ role: "writer", asking: "no", refusal: "" });
    writer.begin();
    duties.becomeWriter(wasViewer);
  }

  function becomeViewer(): void {
    writer.end();
    useTabs.setState({ role: "viewer" });
    duties.becomeViewer();
    viewer.greet();
  }

  function onGranted(isMine: boolean): void {
    if (isMine && role() !== "writer") becomeWriter();
  }

  /** A browser that refuses the lock is one without it. */
  const alone = () => onGranted(true);

  const queue = () => lock.wait().then(onGranted, alone);

  /** Another tab has taken the lock. */
  function onLost(): void {
    wait.end();
    if (role() === "writer") becomeViewer();
    void queue();
  }

  function giveUp(): void {
    becomeViewer();
    wait.start(YIELD_MS, () => {
      lock.letGo();
      void queue();
      viewer.greet();
    });
  }

  /** Takes the lock when it is free, and waits for it otherwise. */
  async function join(): Promise<void> {
    channel = openTabChannel({
      open: openChannel!,
      id,
      build,
      onMessage: (message) => {
        if (role() === "writer") writer.answer(message);
        else if (role() === "viewer") viewer.hear(message);
      },
    });
    try {
      if (await lock.takeIfFree()) {
        if (!channel)
          lock.letGo(); // put aside meanwhile
        else if (role() === "writer")
          say({ kind: "writer" }); // back as it was
        else becomeWriter();
        return;
      }
    } catch {
      alone();
      return;
    }
    if (!channel) return;
    void queue();
    if (role() === "viewer") viewer.greet();
    else if (role() === "writer") becomeViewer();
    else wait.start(GRACE_MS, becomeViewer);
  }

  function leave(): void {
    wait.end();
    viewer.end();
    lock.letGo();
    channel?.close();
    channel = null;
  }
  const comeBack = () => {
    if (!channel) void join();
  };

  page.addEventListener("pagehide", leave, true);
  page.addEventListener("freeze", leave, true);
  page.addEventListener("pageshow", comeBack, true);
  page.addEventListener("resume", comeBack, true);
  useTabs.setState({ takeOver: () => role() === "viewer" && viewer.takeOver() });
  void join();
}
