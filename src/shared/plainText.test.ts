import { describe, expect, it } from "vitest";
import { UserError } from "./errors";
import { plainText } from "./plainText";

describe("plainText", () => {
  it("leaves every script, emoji and joiner as they are", () => {
    for (const text of [
      "cat",
      "Ärger",
      "猫",
      "قطة",
      "חתול",
      "👨‍👩‍👧",
      "क्‍ष",
      "<img src=x onerror=alert(1)>",
      "a b",
    ])
      expect(plainText(text)).toBe(text);
  });

  it("writes out what cannot be seen or turns the text around it", () => {
    expect(plainText("evil\u202egnp.exe")).toBe("evil‹U+202E›gnp.exe");
    expect(plainText("a\0b\u200b\ufeff\r\n")).toBe("a‹U+0000›b‹U+200B›‹U+FEFF›‹U+000D›‹U+000A›");
    expect(plainText("\ud800")).toBe("‹U+D800›");
  });

  it("cuts the middle out of long texts, between characters", () => {
    expect(plainText("abcdefghij", 5)).toBe("ab…ij");
    expect(plainText("🐈".repeat(9), 5)).toBe("🐈🐈…🐈🐈");
    expect(plainText("🐈".repeat(5), 5)).toBe("🐈".repeat(5));
    const long = plainText("x".repeat(1e6) + "🐈", 5);
    expect(long).toBe("xx…x🐈");
  });
});

it("an error for the person holds no hidden characters and has an end", () => {
  const { message, hint } = new UserError(`${"d/".repeat(10_000)}\u202e is broken`, "mend\0");
  expect(message).toMatch(/^d\/d\/.*…d\/.*‹U\+202E› is broken$/);
  expect(message.length).toBeLessThan(1100);
  expect(hint).toBe("mend‹U+0000›");
});
