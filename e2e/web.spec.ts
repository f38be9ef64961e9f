/** Data by address: only the hosts that were named are asked, and what arrived before a tab was closed is gone on with. */
import { randomBytes } from "node:crypto";
import { expect, test } from "@playwright/test";
import { classes, zip } from "../src/data/fixtures/madeFiles";
import { packedFormats } from "../src/data/fixtures/packedFormats";
import { WebHost } from "./fixtures/webHost";
import { launchOptions } from "./support/browser.mjs";
import { Studio } from "./support/studio";

test.use({ launchOptions: launchOptions({ webgpu: false }) });

test("a file is fetched in three pieces over two visits; what cannot be fetched says why; a hub dataset by name", async ({
  page,
}) => {
  const [host, other] = [await WebHost.open(), await WebHost.open()];
  const filler = { path: "notes.txt", bytes: Uint8Array.from(randomBytes(400_000)) };
  const body = Buffer.from(await zip([...classes("", ["cat", "dog"], 5), filler]));
  host.files.set("/pets.zip", {
    body,
    trouble: [
      { kind: "stall", after: 150_000 },
      { kind: "break", after: 100_000 },
    ],
  });
  host.files.set("/private.zip", { body, cors: false });
  host.files.set("/moved.zip", { body, redirect: `${other.origin}/pets.zip` });
  other.files.set("/pets.zip", { body });

  const studio = new Studio(page);
  const dialog = page.getByRole("dialog", { name: "From the web" });
  const lookUp = async (address: string) => {
    await studio.button("From the web…").click();
    await dialog.getByRole("textbox", { name: "Addresses" }).fill(address);
    await dialog.getByRole("button", { name: "Look up" }).click();
  };

  await studio.open();
  await lookUp(`${host.origin}/pets.zip`);
  await expect(dialog).toContainText(/40\d(\.\d)? kB to fetch/);
  await dialog.getByRole("button", { name: "Download" }).click();
  await expect(page.getByText(/^150(\.\d)? kB of/)).toBeVisible();
  await page.reload(); // the tab goes while the host is silent

  await lookUp(`${host.origin}/pets.zip`);
  await expect(dialog).toContainText(/150(\.\d)? kB arrived before/);
  await dialog.getByRole("button", { name: "Download" }).click();
  await studio.button("Import").click();
  await expect(studio.region("Import report")).toContainText("8 images to train, 2 to test");
  const [first, second, ...later] = host.asked.filter((asked) => asked.startsWith("GET"));
  expect([first, second]).toEqual(["GET /pets.zip bytes=0-", 'GET /pets.zip bytes=150000- if "v"']);
  const start = Number(/bytes=(\d+)-/.exec(later.at(-1)!)![1]); // some of what was sent before the break may be lost
  expect(start).toBeGreaterThanOrEqual(150_000);
  const kept = () =>
    page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      const names: string[] = [];
      for await (const [name] of (await root.getDirectoryHandle("downloads")).entries()) names.push(name);
      return names;
    });
  expect(await kept()).toEqual([]);

  for (const [path, says] of [
    ["/private.zip", "does not allow web pages to read private.zip"],
    ["/moved.zip", "passes moved.zip on to another host, which you have not allowed"],
  ] as const) {
    await lookUp(host.origin + path);
    await expect(dialog.getByRole("alert")).toContainText(says);
    await dialog.getByRole("button", { name: "Close" }).click();
  }
  expect(other.asked).toEqual([]);
  await lookUp(`${host.origin}/moved.zip`);
  await dialog.getByRole("switch", { name: "Follow to other hosts" }).click();
  await dialog.getByRole("button", { name: "Look up" }).click();
  await expect(dialog).toContainText("to fetch");
  expect(other.asked).toEqual(["HEAD /pets.zip"]);
  await dialog.getByRole("button", { name: "Close" }).click();

  // the hub itself cannot be reached from a test: its two hosts are answered here
  const shards = await packedFormats.find(({ what }) => what === "Parquet shards of the hub")!.files();
  const urlOf = (index: number) => `https://huggingface.co/datasets/org/pets/resolve/p/${index}.parquet`;
  const headers = { "access-control-allow-origin": "*" };
  await page.route("https://datasets-server.huggingface.co/parquet?dataset=org%2Fpets", (route) =>
    route.fulfill({
      headers,
      json: {
        parquet_files: shards.map(({ path, file }, index) => {
          const split = /test/.test(path) ? "test" : "train";
          return { config: "plain", split, url: urlOf(index), filename: `${index}.parquet`, size: file.size };
        }),
      },
    }),
  );
  for (const [index, { file }] of shards.entries()) {
    const bytes = Buffer.from(await file.arrayBuffer());
    await page.route(urlOf(index), (route) => route.fulfill({ headers, body: bytes }));
  }
  await lookUp("org/pets");
  await expect(dialog.getByRole("checkbox", { name: /^train/ })).toBeChecked();
  await dialog.getByRole("button", { name: "Download" }).click();
  await studio.button("Import").click();
  await expect(studio.region("Import report")).toContainText("6 images to train, 2 to test");

  const hosts = new Set(studio.foreignRequests.map((url) => new URL(url).host));
  expect([...hosts].sort()).toEqual(
    [
      new URL(host.origin).host,
      new URL(other.origin).host,
      "datasets-server.huggingface.co",
      "huggingface.co",
    ].sort(),
  );
  host.close();
  other.close();
});
