/** The built page's policy holds over a whole journey, and what would break it is refused. */
import { expect, test, type Page } from "@playwright/test";
import { classes, zip } from "../src/data/fixtures/madeFiles";
import { Studio } from "./support/studio";

declare global {
  interface Window {
    violations: string[];
  }
}

/** Counts what the policy refuses, from the first script on. */
const countViolations = (page: Page) =>
  page.addInitScript(() => {
    window.violations = [];
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) =>
      window.violations.push(`${violatedDirective} ${blockedURI} ${sample}`),
    );
  });
const violations = (page: Page) => page.evaluate(() => window.violations);

const HOSTILE_NAMES = [
  "<img src=x onerror=alert(1)>",
  "=HYPERLINK(1)",
  "a\u202egnp.exe",
  "x".repeat(300),
  "👨‍👩‍👧 猫",
  "קטן",
];

test("import, run, evaluation settings and export: no violation, no foreign request, names are text", async ({
  page,
}) => {
  test.setTimeout(300_000);
  await countViolations(page);
  page.on("dialog", () => studio.errors.push("a script of a name was run"));
  const studio = new Studio(page);
  await studio.open();
  const entries = classes("", HOSTILE_NAMES, 4);
  const name = "evil <img src=x onerror=alert(1)>.zip";
  await studio.importFiles([{ name, mimeType: "application/zip", buffer: Buffer.from(await zip(entries)) }]);
  const report = studio.region("Import report");
  await expect(report).toContainText("<img src=x onerror=alert(1)>");
  await expect(report).toContainText("a‹U+202E›gnp.exe");
  await expect(report).toContainText("קטן");
  await expect(page.locator("img[src=x]")).toHaveCount(0);

  await page.getByRole("combobox").first().click(); // a list of Radix writes its own style
  await page.keyboard.press("Escape");
  await studio.set({
    Iterations: 2,
    "Real images per class": 2,
    "Network width": 4,
    "Evaluation interval": 0,
  });
  await studio.spinbutton("Images per class (IPC)").fill("1");
  await studio.button("Start").click();
  await studio.untilIteration(2);
  await expect(studio.button("Export")).toBeEnabled({ timeout: 60_000 });
  const { name: file, files } = await studio.export();
  expect(file).toMatch(/^[\p{L}\p{N}._-]+\.zip$/u);
  for (const path of files.keys()) {
    expect(path).not.toMatch(/[<>:"|?*\\]|\.\.|[. ](\/|$)/); // what some system does not take
    expect(path.length).toBeLessThan(120);
  }

  expect(await violations(page)).toEqual([]);
  expect(studio.foreignRequests).toEqual([]);
  expect(studio.errors).toEqual([]);
});

test("eval, strings as code, inline handlers, foreign scripts and markup from text are refused", async ({
  page,
}) => {
  await countViolations(page);
  await page.goto("/");
  await expect(page.getByRole("status", { name: "Backend" })).toBeVisible();
  const outcome = await page.evaluate(async () => {
    const marks = window as unknown as Record<string, unknown>;
    await new Promise((resolve) => setTimeout(resolve, 0)); // in a task of the page: DevTools' own may eval
    const thrown = (act: () => unknown) => {
      try {
        act();
        return "";
      } catch (error) {
        return (error as Error).name;
      }
    };
    /* eslint-disable @typescript-eslint/no-implied-eval -- that these are refused is the test */
    const refused = {
      eval: thrown(() => (0, eval)("1")),
      function: thrown(() => new Function("return 1")()),
      timeout: thrown(() => setTimeout("window.ran = 1", 0)),
      markup: thrown(() => (document.createElement("div").innerHTML = "<img src=x onerror='window.ran=1'>")),
      scriptAddress: thrown(
        () => (document.createElement("script").src = "data:text/javascript,window.ran=1"),
      ),
      worker: thrown(() => new Worker("data:text/javascript,1")),
      policy: thrown(() => window.trustedTypes!.createPolicy("other", {})),
    };
    /* eslint-enable @typescript-eslint/no-implied-eval */
    const button = document.createElement("button");
    try {
      button.setAttribute("onclick", "window.ran = 1");
    } catch {
      // refused already as a string
    }
    document.body.append(button);
    button.click();
    button.remove();
    const fetched = await fetch("https://example.com/").then(
      () => "fetched",
      (error: Error) => error.name,
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { refused, fetched, ran: marks["ran"] ?? null };
  });
  for (const [what, error] of Object.entries(outcome.refused)) expect(error, what).toMatch(/Error/);
  expect(outcome.fetched).toBe("TypeError");
  expect(outcome.ran).toBeNull();
  expect((await violations(page)).length).toBeGreaterThan(4);
});
