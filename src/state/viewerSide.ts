/** What a tab that looks on does: it shows what it is told, and takes the studio over when the person wants it here. */
import type { HeardMessage, TabMessage } from "./tabChannel";
import type { TabDuties } from "./tabDuties";
import { useTabs } from "./tabs";
import { Wait } from "./tabSurroundings";

/** A tab that says nothing for so long does not answer. */
const SILENT_MS = 3000;
/** So long the other tab may take to bring its work to a safe place. */
const PAUSING_MS = 60_000;

interface Options {
  /** Of this tab. */
  id: string;
  say: (message: TabMessage) => void;
  duties: Pick<TabDuties, "show" | "reloadLists">;
  /** Takes the lock from whichever tab holds it. */
  take: () => void;
}

export class ViewerSide {
  private readonly wait = new Wait();

  constructor(private readonly options: Options) {}

  /** Asks the tab that writes for everything it shows. */
  greet(): void {
    useTabs.setState({ writer: "unheard", asking: "no" });
    this.options.say({ kind: "hello" });
    this.wait.start(SILENT_MS, () =>
      useTabs.setState(({ writer }) => (writer === "unheard" ? { writer: "silent" } : {})),
    );
  }

  /** Asks the tab that writes to hand over; from one that has not answered the lock is taken. */
  takeOver(): void {
    const { asking } = useTabs.getState();
    if (asking === "unanswered") return this.options.take();
    if (asking !== "no") return;
    useTabs.setState({ asking: "asked", refusal: "" });
    this.options.say({ kind: "handOver" });
    this.wait.start(SILENT_MS, unanswered);
  }

  hear(message: HeardMessage): void {
    const { id, say, duties, take } = this.options;
    if ("to" in message && (message.to !== id || useTabs.getState().asking === "no")) return;
    switch (message.kind) {
      case "writer":
        this.greet();
        break;
      case "shown":
        useTabs.setState({ writer: message.isSameBuild ? "heard" : "otherBuild" });
        if (message.isSameBuild) duties.show(message.stores);
        say({ kind: "more" });
        break;
      case "lists":
        duties.reloadLists();
        break;
      case "pausing":
        useTabs.setState({ asking: "pausing" });
        this.wait.start(PAUSING_MS, unanswered);
        break;
      case "keeps":
        this.wait.end();
        useTabs.setState({ asking: "no", refusal: message.reason });
        break;
      case "yours":
        take();
        break;
      case "hello":
      case "more":
      case "handOver":
        break; // for the writer
      default:
        throw new Error(`hear(): unknown message ${(message satisfies never as HeardMessage).kind}`);
    }
  }

  /** Nothing more is waited for. */
  end(): void {
    this.wait.end();
  }
}

const unanswered = () => useTabs.setState({ asking: "unanswered" });
