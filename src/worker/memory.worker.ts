/** The worker that keeps everything in memory: the studio's stores on an IndexedDB that is none. Started when needed. */
import "fake-indexeddb/auto"; // before all that opens a database
import { StudioDatabase } from "@/data/shards/database";
import { openStores, serveStores } from "./stores";

const stores = openStores(new StudioDatabase("memory"), { inMemory: true });

addEventListener("message", ({ data }: MessageEvent<MessagePort>) => serveStores(stores, data));
