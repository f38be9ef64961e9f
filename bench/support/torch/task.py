"""What the iterations of all methods have in common."""

import torch
from net import ConvNet, device


class Task:
    """Made-up real images, synthetic ones that are learned, and a network."""

    def __init__(self, sizes):
        self.sizes, self.net = sizes, ConvNet(sizes)
        self.classes, self.real, self.ipc = sizes["classes"], sizes["real"], sizes["ipc"]
        image = (sizes["channels"], sizes["side"], sizes["side"])
        self.images = torch.randn(self.classes * self.real, *image, device=device)
        self.syn = torch.randn(self.classes * self.ipc, *image, device=device, requires_grad=True)
        self.labels = torch.arange(self.classes, device=device).repeat_interleave(self.ipc)
        self.optimizer = torch.optim.SGD([self.syn], lr=0.1, momentum=0.5)

    def draw(self):
        """What is random in an iteration: the arguments of `match`."""
        raise NotImplementedError

    def match(self, **drawn):
        """Leaves the gradient of the loss in what is learned, and returns the results by name."""
        raise NotImplementedError

    def turn(self):
        """One iteration."""
        self.match(**self.draw())
        self.optimizer.step()
        self.optimizer.zero_grad()
