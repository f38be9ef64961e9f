import { expect, it } from "vitest";
import { classFolder, exportName, safeName } from "./fileNames";

it("names of files are taken by every system and stay in their folder", () => {
  const cases: [string, string][] = [
    ["../../etc", "etc"],
    ["a/b\\c", "a_b_c"],
    ["CON.x", "_CON.x"],
    ["nul", "_nul"],
    ["console", "console"],
    ["trailing...", "trailing"],
    ["<img onerror=1>", "img_onerror_1"],
    ["a\u202eb\u200b", "a_b"],
    ["猫 קט", "猫_קט"],
  ];
  for (const [name, safe] of cases) expect(safeName(name)).toBe(safe);
  expect(Array.from(safeName("𠮷".repeat(99)))).toEqual(Array<string>(60).fill("𠮷"));
  expect(classFolder(3, "👨‍👩‍👧")).toBe("00003_class");
  expect(exportName("con.zip", "dm", 1)).toBe("-con.zip-dm-ipc1.zip");
});
