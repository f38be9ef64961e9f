"""Iterations of the methods in PyTorch. Images are made up: only time is measured.

The mathematics is that of the released code of DC and MTT, without augmentation, with the classes of DM in one batch.
"""

import torch
import torch.nn.functional as F
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

    def of_class(self, label):
        """A random real batch of one class."""
        return self.images[label * self.real + torch.randperm(self.real, device=device)]

    def update(self):
        self.optimizer.step()
        self.optimizer.zero_grad()


class DistributionMatching(Task):
    def turn(self):
        weights = self.net.init()
        with torch.no_grad():
            real = torch.cat([self.of_class(label) for label in range(self.classes)])
            wanted = self.net.embed(weights, real).view(self.classes, self.real, -1).mean(1)
        means = self.net.embed(weights, self.syn).view(self.classes, self.ipc, -1).mean(1)
        (means - wanted).square().sum().backward()
        self.update()


def row_distance(own, wanted):
    total = 0.0
    for a, b in zip(own, wanted):
        if a.dim() < 2:
            continue
        a, b = a.flatten(1), b.flatten(1)
        total = total + (1 - (a * b).sum(1) / (a.norm(dim=1) * b.norm(dim=1) + 1e-6)).sum()
    return total


class GradientMatching(Task):
    def turn(self):
        weights = [weight.requires_grad_() for weight in self.net.init()]
        for label in range(self.classes):
            real = self.of_class(label)
            loss = F.cross_entropy(self.net.logits(weights, real), self.targets(label, self.real))
            wanted = torch.autograd.grad(loss, weights)
            images = self.syn[label * self.ipc : (label + 1) * self.ipc]
            loss = F.cross_entropy(self.net.logits(weights, images), self.targets(label, self.ipc))
            own = torch.autograd.grad(loss, weights, create_graph=True)
            (towards,) = torch.autograd.grad(row_distance(own, wanted), images)
            images.backward(towards)
        self.update()

    def targets(self, label, count):
        return torch.full((count,), label, device=device)


class TrajectoryMatching(Task):
    def __init__(self, sizes):
        super().__init__(sizes)
        self.lr = torch.tensor(0.01, device=device, requires_grad=True)

    def turn(self):
        start = torch.cat([weight.flatten() for weight in self.net.init()])
        target = start + 0.01 * torch.randn_like(start)
        weights = start.clone().requires_grad_()
        for _ in range(self.sizes["steps"]):
            loss = F.cross_entropy(self.net.logits(self.net.split(weights), self.syn), self.labels)
            (gradient,) = torch.autograd.grad(loss, weights, create_graph=True)
            weights = weights - self.lr * gradient
        loss = (weights - target).square().sum() / (start - target).square().sum()
        loss.backward()
        self.lr.grad = None
        self.update()


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


def expert_epoch(sizes):
    return Training(sizes, lambda task: task.images, lambda task: task.real).turn


def evaluation_epoch(sizes):
    return Training(sizes, lambda task: task.syn, lambda task: task.ipc).turn


TASKS = {
    "dm": lambda sizes: DistributionMatching(sizes).turn,
    "dc": lambda sizes: GradientMatching(sizes).turn,
    "mtt": lambda sizes: TrajectoryMatching(sizes).turn,
    "expert": expert_epoch,
    "evaluation": evaluation_epoch,
}
