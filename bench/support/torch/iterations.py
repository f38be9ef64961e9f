"""Iterations of the methods, and passes over a training set, in PyTorch. Images are made up: only time is measured."""

import torch
import torch.nn.functional as F
from matching import AttentionMatching, DistributionMatching, GradientMatching
from net import device
from task import Task
from trajectories import TrajectoryMatching, TruncatedTrajectoryMatching


class Training(Task):
    """One pass over `images` in batches; `count` of them belong to each class."""

    def __init__(self, sizes, images, count):
        super().__init__(sizes)
        self.train_images = images(self).detach()
        self.train_labels = torch.arange(self.classes, device=device).repeat_interleave(count(self))
        self.weights = [weight.requires_grad_() for weight in self.net.init()]
        self.sgd = torch.optim.SGD(self.weights, lr=0.01, momentum=0.9)

    def turn(self):
        for rows in torch.randperm(len(self.train_labels), device=device).split(self.sizes["batch"]):
            self.sgd.zero_grad()
            logits = self.net.logits(self.weights, self.train_images[rows])
            F.cross_entropy(logits, self.train_labels[rows]).backward()
            self.sgd.step()


MAKERS = {
    "dm": DistributionMatching,
    "dm, dsa": lambda sizes: DistributionMatching(sizes, augmented=True),
    "datadam": AttentionMatching,
    "dc": GradientMatching,
    "dsa": lambda sizes: GradientMatching(sizes, augmented=True),
    "mtt": TrajectoryMatching,
    "tesla": TruncatedTrajectoryMatching,
    "expert": lambda sizes: Training(sizes, lambda task: task.images, lambda task: task.real),
    "evaluation": lambda sizes: Training(sizes, lambda task: task.syn, lambda task: task.ipc),
}
TASKS = {name: lambda sizes, make=make: make(sizes).turn for name, make in MAKERS.items()}
