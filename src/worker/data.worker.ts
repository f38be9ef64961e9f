/** The worker that owns files and storage. */
import * as Comlink from "comlink";
import { createBrowserDecoder } from "@/data/decode/browserDecoder";
import { ShardStore } from "@/data/shards/shardStore";
import { createDataHandlers, workerEnvironment } from "./dataHandlers";
import "./errorTransfer";
import type { DataCommands } from "./protocol";

const handlers = createDataHandlers(new ShardStore(), workerEnvironment(createBrowserDecoder()));
const commands: DataCommands = {
  ...handlers,
  datasetPreview: async (id, perClass) => {
    const preview = await handlers.datasetPreview(id, perClass);
    return Comlink.transfer(preview, [preview.pixels.buffer]);
  },
};
Comlink.expose(commands);
