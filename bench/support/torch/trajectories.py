"""Iterations that compare where a student's steps on synthetic images lead with where an expert came: MTT and TESLA."""

import torch
import torch.nn.functional as F
from net import device
from task import Task


class TrajectoryMatching(Task):
    """MTT: backwards through all steps, whose graph is kept."""

    def __init__(self, sizes):
        super().__init__(sizes)
        self.lr = torch.tensor(0.01, device=device, requires_grad=True)
        self.optimizer.add_param_group({"params": [self.lr], "lr": 1e-9})

    def draw(self):
        start = torch.cat([weight.flatten() for weight in self.net.init()])
        return {"start": start, "target": start + 0.01 * torch.randn_like(start)}

    def match(self, start, target):
        weights = start.clone().requires_grad_()
        for _ in range(self.sizes["steps"]):
            weights = weights - self.lr * self.gradient(weights, self.syn, create_graph=True)
        loss = (weights - target).square().sum() / (start - target).square().sum()
        loss.backward()
        return {"grand_loss": loss, "grad_lr": self.lr.grad, "params_final": weights}

    def gradient(self, weights, images, create_graph=False):
        """Of the loss towards the flat weights."""
        loss = F.cross_entropy(self.net.logits(self.net.split(weights), images), self.labels)
        return torch.autograd.grad(loss, weights, create_graph=create_graph)[0]


class TruncatedTrajectoryMatching(TrajectoryMatching):
    """TESLA: every weight vector on the way counts as a constant, so the graph of one step is alive at a time."""

    def match(self, start, target):
        images, lr = self.syn.detach(), self.lr.detach()
        visited, total = [start], torch.zeros_like(start)
        for _ in range(self.sizes["steps"]):
            gradient = self.gradient(visited[-1].detach().requires_grad_(), images)
            total += gradient
            visited.append(visited[-1] - lr * gradient)
        missed = visited.pop() - target
        distance = (start - target).square().sum()
        along = -lr * missed * (2 / distance)
        self.syn.grad = torch.zeros_like(images)
        for weights in visited:
            gradient = self.gradient(weights.detach().requires_grad_(), self.syn, create_graph=True)
            self.syn.grad += torch.autograd.grad(gradient @ along, self.syn)[0]
        self.lr.grad = -2 / distance * (missed @ total)
        return {"grand_loss": missed.square().sum() / distance, "grad_lr": self.lr.grad, "param_dist": distance}
