/**
 * Which tab writes. The one that holds the lock does; the others wait for it and show meanwhile what it tells them. A tab
 * that is put aside (back/forward cache, frozen) lets go, and asks again when it is looked at.
 */
import { errorInfo, type ErrorInfo } from "@/shared/errors";
import type { Teller } from "./liveView";
import { openTabChannel, type HeardMessage, type ShownStores, type TabChannel } from "./tabChannel";
import { useTabs } from "./tabs";
import { WriterLock } from "./writerLock";

/** A page that is being reloaded holds the lock a moment longer: so long a new one waits before it shows itself a viewer. */
const GRACE_MS = 300;
/** A tab that says nothing for so long does not answer. */
const SILENT_MS = 4000;
/** So long the other tab may take to bring its work to a safe place. */
const PAUSING_MS = 60_000;
/** So long the lock waits for the tab that asked for it. */
const YIELD_MS = 3000;

export interface TabSurroundings {
  /** Absent where the browser has none; this tab then works as if it were the only one. */
  locks: Pick<LockManager, "request"> | undefined;
  openChannel: ((name: string) => BroadcastChannel) | undefined;
  /** Hears the events of the page's life. */
  page: EventTarget;
  /** Of this tab, unlike any other's. */
  id: string;
  /** The same text for the same build. */
  build: string;
}

export interface TabDuties {
  /** Starts the engine; `wasViewer` when another tab ran the studio until now. */
  becomeWriter(wasViewer: boolean): void;
  /** Ends the engine, if there is one: nothing is written or computed from here on. */
  becomeViewer(): void;
  /** Brings what goes on to a safe place. @throws UserError for what cannot be interrupted */
  settleWork(): Promise<void>;
  /** What a writer tells. */
  tell(say: (stores: ShownStores) => void): Teller;
  show(stores: ShownStores): void;
  /** Calls back whenever what is stored has changed. @returns what ends it */
  watchLists(onChange: () => void): () => void;
  reloadLists(): void;
}

/** Finds this tab's role, and keeps to it until the page is gone. */
export function joinTabs({ locks, openChannel, page, id, build }: TabSurroundings, duties: TabDuties): void {
  if (!locks || !openChannel) {
    useTabs.setState({ role: "writer" });
    duties.becomeWriter(false);
    return;
  }

  const lock = new WriterLock(locks, onLost);
  let channel: TabChannel | null = null;
  let endTelling = () => {};
  let teller: Teller | null = null;
  let isGivingWay = false;
  let timer: ReturnType<typeof setTimeout> | undefined; // one wait at a time
  const role = () => useTabs.getState().role;
  const after = (ms: number, act: () => void) => {
    clearTimeout(timer);
    timer = setTimeout(act, ms);
  };
  const refused = (refusal: string) => useTabs.setState({ asking: "no", refusal });

  function becomeWriter(): void {
    clearTimeout(timer);
    const wasViewer = role() === "viewer";
    useTabs.setState({ role: "writer", asking: "no", refusal: "" });
    startTelling();
    duties.becomeWriter(wasViewer);
  }

  function startTelling(): void {
    const now = (teller = duties.tell((stores) => channel?.say({ kind: "shown", stores })));
    const endWatching = duties.watchLists(() => channel?.say({ kind: "lists" }));
    endTelling = () => {
      now.end();
      endWatching();
      teller = null;
    };
    channel?.say({ kind: "writer" });
  }

  function becomeViewer(): void {
    endTelling();
    endTelling = () => {};
    useTabs.setState({ role: "viewer", asking: "no" });
    duties.becomeViewer();
    greet();
  }

  function greet(): void {
    useTabs.setState({ writer: "unheard" });
    channel?.say({ kind: "hello" });
    after(SILENT_MS, () =>
      useTabs.setState(({ writer }) => (writer === "unheard" ? { writer: "silent" } : {})),
    );
  }

  const queue = () =>
    lock.wait().then((isMine) => {
      if (isMine && role() !== "writer") becomeWriter();
    }, alone);

  /** A browser that refuses the lock is one without it. */
  function alone(): void {
    if (role() !== "writer") becomeWriter();
  }

  /** Another tab has taken the lock. */
  function onLost(): void {
    if (role() === "writer") becomeViewer();
    void queue();
  }

  /** Hands over to the tab that asked. It takes the lock before all others that wait. */
  async function giveWay(to: string): Promise<void> {
    const keep = (reason: string) => channel?.say({ kind: "keeps", to, reason });
    if (isGivingWay) return keep("The studio is being handed over to another tab.");
    isGivingWay = true;
    channel?.say({ kind: "pausing", to });
    try {
      await duties.settleWork();
    } catch (error) {
      return keep(sentenceOf(errorInfo(error)));
    } finally {
      isGivingWay = false;
    }
    if (role() !== "writer") return;
    becomeViewer();
    channel?.say({ kind: "yours", to });
    after(YIELD_MS, () => {
      lock.letGo();
      void queue();
      greet();
    });
  }

  function takeOver(): void {
    if (role() !== "viewer" || useTabs.getState().asking !== "no") return;
    useTabs.setState({ asking: "asked", refusal: "" });
    channel?.say({ kind: "handOver" });
    after(SILENT_MS, () =>
      refused("The other tab does not answer. Close it: this one then takes over by itself."),
    );
  }

  function onMessage(message: HeardMessage): void {
    if (role() === "writer") answer(message);
    else if (role() === "viewer") hear(message);
  }

  function answer(message: HeardMessage): void {
    if (message.kind === "hello") teller?.tellAll();
    else if (message.kind === "more") teller?.tellMore();
    else if (message.kind === "handOver") void giveWay(message.from);
  }

  function hear(message: HeardMessage): void {
    if ("to" in message && (message.to !== id || useTabs.getState().asking === "no")) return;
    switch (message.kind) {
      case "writer":
        greet();
        break;
      case "shown":
        useTabs.setState({ writer: message.isSameBuild ? "heard" : "otherBuild" });
        if (message.isSameBuild) duties.show(message.stores);
        channel?.say({ kind: "more" });
        break;
      case "lists":
        duties.reloadLists();
        break;
      case "pausing":
        useTabs.setState({ asking: "pausing" });
        after(PAUSING_MS, () => refused("The other tab still pauses its work. Try again, or close it."));
        break;
      case "keeps":
        clearTimeout(timer);
        refused(message.reason);
        break;
      case "yours":
        void lock.take().then((isMine) => isMine && becomeWriter(), alone);
        break;
      case "hello":
      case "more":
      case "handOver":
        break; // for the writer
      default:
        throw new Error(`hear(): unknown message ${(message satisfies never as HeardMessage).kind}`);
    }
  }

  /** Takes the lock when it is free, and waits for it otherwise. */
  async function join(): Promise<void> {
    channel = openTabChannel({ open: openChannel!, id, build, onMessage });
    try {
      if (await lock.takeIfFree()) {
        if (!channel) return lock.letGo(); // put aside meanwhile
        if (role() === "writer")
          channel.say({ kind: "writer" }); // back as it was
        else becomeWriter();
        return;
      }
    } catch {
      alone();
      return;
    }
    if (!channel) return;
    void queue();
    if (role() === "viewer") greet();
    else if (role() === "writer") becomeViewer();
    else after(GRACE_MS, becomeViewer);
  }

  function leave(): void {
    clearTimeout(timer);
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
  useTabs.setState({ takeOver });
  void join();
}

const sentenceOf = ({ message, hint }: ErrorInfo): string => [message, hint].filter(Boolean).join(" ");
