import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { catalog } from "@/engine/catalog";
import { bareMarkdown } from "@/shared/paramText";
import { cliPage } from "./cliPage";
import { commandFlags, settingFlags } from "./flags";
import { helpText } from "./help";

it("docs/cli.md says what the code says (npm run docs writes it)", () => {
  const written = readFileSync(resolve("docs/cli.md"), "utf8");
  expect(bareMarkdown(written)).toBe(bareMarkdown(cliPage(catalog())));
});

it("--help and the page name every flag with its explanation", () => {
  const texts = [cliPage(catalog()), helpText(catalog())].map((text) => text.replace(/\s+/g, " "));
  for (const text of texts) {
    for (const { name, help } of commandFlags)
      for (const part of [`--${name}`, help]) expect(text).toContain(part);
    for (const { name, param } of settingFlags(catalog()))
      for (const part of [`--${name}`, param.label, param.help ?? ""]) expect(text).toContain(part);
  }
});
