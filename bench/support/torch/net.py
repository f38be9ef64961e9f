"""The network of the papers, with its weights handed in from outside."""

import sys

import torch
import torch.nn.functional as F

device = torch.device("cuda" if torch.cuda.is_available() and "--cuda" in sys.argv else "cpu")


class ConvNet:
    """Blocks of convolution, instance norm, ReLU and average pooling, then a linear layer; weights are handed in.

    Around grey images the first convolution pads by 3, as in the papers' code: 28 pixels become 32.
    """

    def __init__(self, sizes):
        width, depth = sizes["width"], sizes["depth"]
        self.padding = 3 if sizes["channels"] == 1 else 1
        self.side = sizes["side"] + 2 * self.padding - 2  # of the first maps
        self.blocks, self.width = depth, width
        self.names, self.shapes = [], []
        for block in range(depth):
            channels = width if block else sizes["channels"]
            self.add(f"features.{4 * block}", (width, channels, 3, 3))
            self.add(f"features.{4 * block + 1}", (width,))
        self.add("classifier", (sizes["classes"], width * (self.side // 2**depth) ** 2))

    def add(self, name, shape):
        """A layer's weight, and its bias as long as the weight's first side."""
        self.names += [f"{name}.weight", f"{name}.bias"]
        self.shapes += [shape, shape[:1]]

    def init(self):
        weights = []
        for i, shape in enumerate(self.shapes):
            if i < 4 * self.blocks and i % 4 >= 2:
                weights.append(torch.full(shape, 3.0 - i % 4, device=device))
                continue
            filters = shape if len(shape) > 1 else self.shapes[i - 1]
            bound = torch.Size(filters[1:]).numel() ** -0.5
            weights.append(torch.empty(shape, device=device).uniform_(-bound, bound))
        return weights

    def embed(self, weights, x, seen=None):
        """The features before the classifier [n, features]; what the blocks' ReLUs give is appended to `seen`."""
        for block in range(self.blocks):
            filters, bias, gamma, beta = weights[4 * block : 4 * block + 4]
            x = F.conv2d(x, filters, bias, padding=1 if block else self.padding)
            x = F.relu(F.group_norm(x, self.width, gamma, beta))
            if seen is not None:
                seen.append(x)
            x = F.avg_pool2d(x, 2)
        return x.flatten(1)

    def logits(self, weights, x):
        return F.linear(self.embed(weights, x), weights[-2], weights[-1])

    def split(self, flat):
        """The weights as views of one vector."""
        lengths = [torch.Size(shape).numel() for shape in self.shapes]
        return [part.view(shape) for part, shape in zip(flat.split(lengths), self.shapes)]
