import { expect, it } from "vitest";
import { subset } from "@/shared/params";
import { subsetOf, withOption } from "./subsetValue";

const options = ["color", "crop", "flip"].map((value) => ({ value, label: value }));
const param = subset("Transforms", { default: "color_flip", options });

it("keeps the order of the options", () => {
  expect(withOption(param, "flip", "color", true)).toBe("color_flip");
  expect(withOption(param, "color_flip", "crop", true)).toBe("color_crop_flip");
});

it("takes out the last one and begins from none", () => {
  expect(withOption(param, "crop", "crop", false)).toBe("");
  expect(withOption(param, "", "crop", true)).toBe("crop");
  expect(subsetOf("").size).toBe(0);
});
