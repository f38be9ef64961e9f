"""Loads the distilled set that lies beside this file, with PyTorch or NumPy, and checks it: python load.py"""

import hashlib
import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent


def load():
    """images [n, channels, height, width] float32, normalised and in class order; labels [n] int64"""
    if (HERE / "images.pt").exists():
        try:
            import torch

            return torch.load(HERE / "images.pt"), torch.load(HERE / "labels.pt")
        except ImportError:
            pass  # NumPy may be there
    import numpy

    if (HERE / "images.npy").exists():
        return numpy.load(HERE / "images.npy"), numpy.load(HERE / "labels.npy")
    if (HERE / "set.npz").exists():
        arrays = numpy.load(HERE / "set.npz")
        return arrays["images"], arrays["labels"]
    raise SystemExit("No tensors that can be opened here: README.md tells how each file is read.")


def damaged(manifest):
    """Files that are not what the manifest says, by SHA-256."""
    for entry in manifest["files"]:
        path = HERE / entry["path"]
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
            yield entry["path"]


if __name__ == "__main__":
    manifest = json.loads((HERE / "manifest.json").read_text(encoding="utf-8"))
    wrong = list(damaged(manifest))
    if wrong:
        raise SystemExit("damaged or missing: " + ", ".join(wrong))
    images, labels = load()
    print("images", tuple(images.shape), images.dtype)
    print("labels", tuple(labels.shape), labels.dtype)
    print("classes", ", ".join(manifest["classNames"]))
