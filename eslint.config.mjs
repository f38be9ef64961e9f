import js from "@eslint/js";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import importX from "eslint-plugin-import-x";
import reactHooks from "eslint-plugin-react-hooks";
import globals from "globals";
import tseslint from "typescript-eslint";

/** What each folder of src may import (docs/architecture.md): everything else is refused. */
const LAYERS = {
  shared: [],
  data: ["shared"],
  tensor: ["shared"],
  engine: ["tensor", "shared"],
  worker: ["engine", "tensor", "data", "shared"],
  cli: ["engine", "tensor", "data", "shared"],
  state: ["worker/client.ts", "worker/protocol.ts", "shared"],
  ui: ["state", "shared"],
};

const zones = Object.entries(LAYERS).map(([folder, allowed]) => ({
  target: `./src/${folder}`,
  from: "./src",
  except: [`./${folder}`, ...allowed.map((other) => `./${other}`)],
  message: `${folder} may import ${allowed.length ? allowed.join(", ") : "nothing of ours"}.`,
}));

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", "test-results/", "playwright-report/"] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      globals: { ...globals.browser, ...globals.node },
      parserOptions: {
        projectService: { allowDefaultProject: ["*.mjs"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { "import-x": importX },
    settings: { "import-x/resolver-next": [createTypeScriptImportResolver({ project: "./tsconfig.json" })] },
    rules: {
      "import-x/no-restricted-paths": ["error", { zones }],
      "import-x/no-cycle": ["error", { ignoreExternal: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "no-console": ["error", { allow: ["warn", "error"] }],
    },
  },
  { ...reactHooks.configs.flat.recommended, files: ["src/ui/**", "src/state/**", "src/main.tsx"] }, // it compiles each file it reads
  {
    files: ["src/{shared,data,tensor,engine}/**/*.ts"],
    rules: {
      "no-restricted-properties": [
        "error",
        { object: "Math", property: "random", message: "Take a Random." },
        { object: "Date", property: "now", message: "No clock below worker." },
      ],
    },
  },
  {
    files: [
      "src/{shared,data,engine,tensor,cli}/**/*.test.ts",
      "src/cli/*.mjs",
      "src/**/*.gpu.test.ts",
      "bench/**",
      "e2e/**",
    ],
    rules: {
      "no-console": "off",
      "import-x/no-restricted-paths": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-return": "off",
    },
  },
);
