/**
 * What the tabs of the studio say to one another. A message of another version of this protocol is not heard; what a
 * store holds is understood by the same build only.
 */

const CHANNEL = "studio-tabs";
const VERSION = 1;

/** The fields of stores that have changed, by the name of the store. */
export type ShownStores = Record<string, Record<string, unknown>>;

export type TabMessage =
  /** A tab that shows has come, or knows nothing of the writer: it wants to hear everything. */
  | { kind: "hello" }
  /** It has shown what it heard, and wants to hear what changes. */
  | { kind: "more" }
  /** A tab has become the writer. */
  | { kind: "writer" }
  | { kind: "shown"; stores: ShownStores }
  /** What is stored has changed. */
  | { kind: "lists" }
  /** A tab asks the writer to hand over; the writer makes ready, refuses, or has let go. */
  | { kind: "handOver" }
  | { kind: "pausing"; to: string }
  | { kind: "keeps"; to: string; reason: string }
  | { kind: "yours"; to: string };

export type HeardMessage = TabMessage & { from: string; isSameBuild: boolean };

/** The fields of each kind, and what they must be. */
const FIELDS: Record<TabMessage["kind"], Record<string, "string" | "object">> = {
  hello: {},
  more: {},
  writer: {},
  shown: { stores: "object" },
  lists: {},
  handOver: {},
  pausing: { to: "string" },
  keeps: { to: "string", reason: "string" },
  yours: { to: "string" },
};

export interface TabChannel {
  say(message: TabMessage): void;
  close(): void;
}

export interface TabChannelOptions {
  open: (name: string) => BroadcastChannel;
  /** Of this tab. */
  id: string;
  build: string;
  onMessage: (message: HeardMessage) => void;
}

export function openTabChannel({ open, id, build, onMessage }: TabChannelOptions): TabChannel {
  const channel = open(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    const message = heardMessage(data, build);
    if (message) onMessage(message);
  };
  return {
    say: (message) => channel.postMessage({ ...message, version: VERSION, from: id, build }),
    close: () => channel.close(),
  };
}

/** What came over the channel as a message, null when it is none of this protocol. */
export function heardMessage(data: unknown, build: string): HeardMessage | null {
  if (typeof data !== "object" || data === null) return null;
  const { version, from, kind, ...rest } = data as Record<string, unknown>;
  if (version !== VERSION || typeof from !== "string" || typeof kind !== "string") return null;
  if (!Object.hasOwn(FIELDS, kind)) return null;
  const fields = Object.entries(FIELDS[kind as TabMessage["kind"]]);
  const isRight = fields.every(([name, type]) => typeof rest[name] === type && rest[name] !== null);
  if (!isRight) return null;
  const known = Object.fromEntries(fields.map(([name]) => [name, rest[name]]));
  return { ...known, kind, from, isSameBuild: rest["build"] === build } as HeardMessage;
}
