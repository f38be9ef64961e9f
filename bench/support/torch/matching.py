"""Iterations that compare each class of real images with the synthetic ones: DM, DataDAM, DC and DSA."""

import dsa
import torch
import torch.nn.functional as F
from task import Task


class ClassMatching(Task):
    """A fresh network, a real batch of every class and, with augmentation, one view per class for both sides."""

    def __init__(self, sizes, augmented=False):
        super().__init__(sizes)
        self.augmented = augmented

    def draw(self):
        real = torch.cat([self.of_class(label) for label in range(self.classes)])
        views = [dsa.draw(self.sizes["side"]) for _ in range(self.classes)] if self.augmented else None
        return {"weights": self.net.init(), "real": real, "views": views}

    def of_class(self, label):
        """The real images of a class in random order."""
        return self.images[label * self.real + torch.randperm(self.real, device=self.images.device)]

    def by_class(self, images, views):
        """The images of each class under its view."""
        parts = images.chunk(self.classes)
        return [dsa.view(part, view) for part, view in zip(parts, views)] if views else parts


class DistributionMatching(ClassMatching):
    """Mean embeddings; all classes go through the network in one batch, as nothing in it mixes images."""

    def match(self, weights, real, views):
        with torch.no_grad():
            wanted = self.means(weights, real, views)
        losses = (self.means(weights, self.syn, views) - wanted).square().sum(1)
        loss = losses.sum()
        loss.backward()
        return {"losses": losses, "loss": loss}

    def means(self, weights, images, views):
        """[classes, features]"""
        return self.class_means(self.net.embed(weights, self.joined(images, views)))

    def joined(self, images, views):
        return torch.cat(self.by_class(images, views)) if views else images

    def class_means(self, rows):
        return rows.view(self.classes, -1, rows.shape[1]).mean(1)


class AttentionMatching(DistributionMatching):
    """DataDAM: maps of where each ReLU but the last is active (power 4, Euclidean norm), and mean embeddings."""

    SCALE, TASK_BALANCE = 100, 0.01

    def match(self, weights, real, views):
        with torch.no_grad():
            wanted = self.means(weights, real, views)
        own = self.means(weights, self.syn, views)
        *maps, output = [(a - b).square().sum() for a, b in zip(own, wanted)]
        attention_loss, output_loss = self.SCALE * sum(maps), self.SCALE * self.TASK_BALANCE * output
        loss = attention_loss + output_loss
        loss.backward()
        return {"attention_loss": attention_loss, "output_loss": output_loss, "loss": loss}

    def means(self, weights, images, views):
        """Of each map, then of the embedding: [classes, numbers]."""
        seen = []
        embedding = self.net.embed(weights, self.joined(images, views), seen)
        maps = [F.normalize(x.square().square().sum(1).flatten(1)) for x in seen[:-1]]
        return [self.class_means(rows) for rows in [*maps, embedding]]


class GradientMatching(ClassMatching):
    """DC and, augmented, DSA: the gradients of the loss towards the weights, class by class."""

    def match(self, weights, real, views):
        weights = [weight.requires_grad_() for weight in weights]
        losses = []
        pairs = zip(self.by_class(real, views), self.by_class(self.syn, views))
        for label, (images, syn_images) in enumerate(pairs):
            wanted = torch.autograd.grad(self.loss(weights, images, label), weights)
            own = torch.autograd.grad(self.loss(weights, syn_images, label), weights, create_graph=True)
            losses.append(row_distance(own, wanted))
            losses[-1].backward(inputs=[self.syn])
        return {"losses": torch.stack(losses).detach(), "loss": sum(losses).detach()}

    def loss(self, weights, images, label):
        targets = torch.full((len(images),), label, device=images.device)
        return F.cross_entropy(self.net.logits(weights, images), targets)


def row_distance(own, wanted):
    """The sum over all rows of tensors of rank 2 and more of 1 - their cosine."""
    total = 0.0
    for a, b in zip(own, wanted):
        if a.dim() < 2:
            continue
        a, b = a.flatten(1), b.flatten(1)
        total = total + (1 - (a * b).sum(1) / (a.norm(dim=1) * b.norm(dim=1) + 1e-6)).sum()
    return total
