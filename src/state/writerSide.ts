/** What the tab that writes does for the others: it tells them what it shows, and hands over to the one that asks. */
import { errorInfo, type ErrorInfo } from "@/shared/errors";
import type { Teller } from "./liveView";
import type { HeardMessage, TabMessage } from "./tabChannel";
import type { TabDuties } from "./tabDuties";
import { useTabs } from "./tabs";

interface Options {
  say: (message: TabMessage) => void;
  duties: Pick<TabDuties, "settleWork" | "tell" | "watchLists">;
  /** Makes this tab a viewer that another one takes the lock from. */
  giveUp: () => void;
}

export class WriterSide {
  private teller: Teller | null = null;
  private endTelling = () => {};
  private isGivingWay = false;

  constructor(private readonly options: Options) {}

  /** This tab writes from now on. */
  begin(): void {
    const { say, duties } = this.options;
    const teller = duties.tell((stores) => say({ kind: "shown", stores }));
    const endWatching = duties.watchLists(() => say({ kind: "lists" }));
    this.teller = teller;
    this.endTelling = () => {
      teller.end();
      endWatching();
    };
    say({ kind: "writer" });
  }

  end(): void {
    this.endTelling();
    this.endTelling = () => {};
    this.teller = null;
  }

  answer(message: HeardMessage): void {
    if (message.kind === "hello") this.teller?.tellAll();
    else if (message.kind === "more") this.teller?.tellMore();
    else if (message.kind === "handOver") void this.giveWay(message.from);
  }

  /** Hands over to the tab that asked. It takes the lock before all others that wait. */
  private async giveWay(to: string): Promise<void> {
    const { say, duties, giveUp } = this.options;
    const keep = (reason: string) => say({ kind: "keeps", to, reason });
    if (this.isGivingWay) return keep("The studio is being handed over to another tab.");
    this.isGivingWay = true;
    say({ kind: "pausing", to });
    try {
      await duties.settleWork();
    } catch (error) {
      return keep(sentenceOf(errorInfo(error)));
    } finally {
      this.isGivingWay = false;
    }
    if (useTabs.getState().role !== "writer") return; // another tab has taken the lock meanwhile
    giveUp();
    say({ kind: "yours", to });
  }
}

const sentenceOf = ({ message, hint }: ErrorInfo): string => [message, hint].filter(Boolean).join(" ");
