"""The network of the papers, with its weights handed in from outside."""

import sys

import torch
import torch.nn.functional as F

device = torch.device("cuda" if torch.cuda.is_available() and "--cuda" in sys.argv else "cpu")


class ConvNet:
    """Blocks of convolution, instance norm, ReLU and average pooling, then a linear layer; weights are handed in."""

    def __init__(self, sizes):
        width, depth, side = sizes["width"], sizes["depth"], sizes["side"]
        inputs = [sizes["channels"]] + [width] * (depth - 1)
        self.blocks, self.width = depth, width
        self.shapes = []
        for channels in inputs:
            self.shapes += [(width, channels, 3, 3), (width,), (width,), (width,)]
        self.shapes += [(sizes["classes"], width * (side // 2**depth) ** 2), (sizes["classes"],)]

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

    def embed(self, weights, x):
        for block in range(self.blocks):
            filters, bias, gamma, beta = weights[4 * block : 4 * block + 4]
            x = F.group_norm(F.conv2d(x, filters, bias, padding=1), self.width, gamma, beta)
            x = F.avg_pool2d(F.relu(x), 2)
        return x.flatten(1)

    def logits(self, weights, x):
        return F.linear(self.embed(weights, x), weights[-2], weights[-1])

    def split(self, flat):
        """The weights as views of one vector."""
        lengths = [torch.Size(shape).numel() for shape in self.shapes]
        return [part.view(shape) for part, shape in zip(flat.split(lengths), self.shapes)]
