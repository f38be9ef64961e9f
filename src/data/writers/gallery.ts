/** One HTML page that needs nothing else: every image under its class, and what the set is. It runs no script. */
import type { Snapshot } from "@/shared/run";
import { encodePng } from "../codecs/png";
import { base64 } from "./base64";
import { imageCount, imagesPerClass, toBytes } from "./snapshotArrays";
import { defineWriter } from "./writer";

const SIDE = 96; // CSS pixels of the longer side of an image

export default defineWriter({
  id: "gallery",
  label: "HTML gallery",
  about: "All images in one page that opens anywhere, without a network.",
  files: "gallery.html",
  isDefault: false,
  loaders: [],
  count: () => 1,

  *write(snapshot) {
    yield { path: "gallery.html", bytes: new TextEncoder().encode(page(snapshot)) };
  },
});

function page(snapshot: Snapshot): string {
  const { classNames, datasetName, config, iteration, shape, evaluations } = snapshot;
  const title = `${plain(datasetName)}, distilled`;
  const scale = SIDE / Math.max(shape.width, shape.height);
  const size = `width="${Math.round(shape.width * scale)}" height="${Math.round(shape.height * scale)}"`;
  const score = evaluations.at(-1);
  const facts = [
    `${imageCount(snapshot)} images`,
    `${imagesPerClass(snapshot)} per class`,
    `method ${plain(config.method.id)}`,
    `iteration ${iteration}`,
    ...(score ? [`accuracy ${(100 * score.mean).toFixed(1)} ± ${(100 * score.std).toFixed(1)} %`] : []),
  ];
  const sections = classNames.map((name, label) => {
    const images = pictures(snapshot, label).map(
      (source, i) => `<img src="${source}" ${size} alt="${plain(name)}, image ${i + 1}">`,
    );
    return `<section><h2>${plain(name)}</h2><div>${images.join("")}</div></section>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${title}</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 1100px; margin: 32px auto; padding: 0 16px }
h2 { margin: 24px 0 8px; font-size: 16px }
div { display: flex; flex-wrap: wrap; gap: 4px }
img { image-rendering: pixelated }
</style>
<h1>${title}</h1>
<p>${facts.join(" · ")}</p>
${sections.join("\n")}
</html>
`;
}

/** The images of a class as data URLs. */
function pictures(snapshot: Snapshot, label: number): string[] {
  const sources: string[] = [];
  snapshot.labels.forEach((own, i) => {
    if (own !== label) return;
    const png = encodePng({ ...snapshot.shape, pixels: toBytes(snapshot, i) });
    sources.push(`data:image/png;base64,${base64(png)}`);
  });
  return sources;
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Names are shown as text, whatever they hold. */
const plain = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign]!);
