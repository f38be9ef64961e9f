import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { bareMarkdown } from "@/shared/paramText";
import { methods } from "./methods";
import { methodsPage } from "./methodsPage";

it("docs/methods.md says what the code says (npm run docs writes it)", () => {
  const written = readFileSync(resolve("docs/methods.md"), "utf8");
  expect(bareMarkdown(written)).toBe(bareMarkdown(methodsPage(methods.values())));
});

it("names every method, setting and preset", () => {
  const page = methodsPage(methods.values());
  for (const { id, label, params, presets = [] } of methods.values()) {
    expect(page).toContain(`## ${label}\n`);
    expect(page).toContain(`- Id: \`${id}\``);
    for (const [name, { help }] of Object.entries(params)) {
      expect(page).toContain(`\`${name}\``);
      expect(page).toContain(help);
    }
    for (const { label: preset, source } of presets) {
      expect(page).toContain(`| ${preset} |`);
      expect(page).toContain(`Source: ${source}.`);
    }
  }
});
