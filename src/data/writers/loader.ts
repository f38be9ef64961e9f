/** What a person needs to use the set without us: a loader that runs as it is, and a page to read. */
import loadPy from "./load.py?raw";
import { readme } from "./readme";
import { defineWriter } from "./writer";

export default defineWriter({
  id: "loader",
  label: "Loader and README",
  about: "A script that loads the set and checks every file, and a page to read.",
  files: "load.py, README.md",
  isDefault: true,
  loaders: [],
  count: () => 2,

  *write(snapshot, chosen) {
    const text = new TextEncoder();
    yield { path: "load.py", bytes: text.encode(loadPy) };
    yield { path: "README.md", bytes: text.encode(readme(snapshot, chosen)) };
  },
});
