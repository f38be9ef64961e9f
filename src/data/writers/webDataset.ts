/**
 * A WebDataset shard: for each image `<key>.png`, `<key>.cls` (the class index as text) and `<key>.json` (class name,
 * soft label), one after the other. Source: github.com/webdataset/webdataset, "The WebDataset Format".
 */
import { packTar } from "modern-tar";
import { encodePng } from "../codecs/png";
import { toBytes } from "./snapshotArrays";
import { defineWriter } from "./writer";

const MADE = new Date(0); // the same set gives the same bytes

export default defineWriter({
  id: "webDataset",
  label: "WebDataset shard",
  about: "8-bit pictures and labels in one tar, read as a stream.",
  files: "set-000000.tar",
  isDefault: false,
  loaders: [
    {
      library: "WebDataset",
      code: 'import webdataset as wds\nset = wds.WebDataset("set-000000.tar", shardshuffle=False).decode("torchrgb").to_tuple("png", "cls")',
    },
  ],
  count: () => 1,

  async *write(snapshot) {
    const { labels, targets, classNames, shape } = snapshot;
    const text = new TextEncoder();
    const entries: { header: { name: string; size: number; mtime: Date }; body: Uint8Array<ArrayBuffer> }[] =
      [];
    const put = (name: string, body: Uint8Array<ArrayBuffer>) =>
      entries.push({ header: { name, size: body.length, mtime: MADE }, body });
    labels.forEach((label, i) => {
      const key = String(i).padStart(6, "0");
      const soft = targets?.subarray(i * classNames.length, (i + 1) * classNames.length);
      const about = { label, name: classNames[label], ...(soft && { soft_label: [...soft] }) };
      put(`${key}.png`, encodePng({ ...shape, pixels: toBytes(snapshot, i) }));
      put(`${key}.cls`, text.encode(String(label)));
      put(`${key}.json`, text.encode(JSON.stringify(about)));
    });
    yield { path: "set-000000.tar", bytes: await packTar(entries) };
  },
});
