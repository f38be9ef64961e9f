"""Single operators in PyTorch: convolutions of the middle block, its norm, and the whole network."""

import torch
import torch.nn.functional as F
from net import ConvNet, device


def middle(sizes):
    """Input, filter and output gradient of a convolution in the second block."""
    side, width, batch = ConvNet(sizes).side // 2, sizes["width"], sizes["batch"]
    x = torch.randn(batch, width, side, side, device=device)
    return x, torch.randn(width, width, 3, 3, device=device), torch.randn_like(x)


def conv_forward(sizes):
    x, filters, _ = middle(sizes)
    return lambda: F.conv2d(x, filters, padding=1)


def conv_input_gradient(sizes):
    x, filters, dy = middle(sizes)
    return lambda: torch.nn.grad.conv2d_input(x.shape, filters, dy, padding=1)


def conv_filter_gradient(sizes):
    x, filters, dy = middle(sizes)
    return lambda: torch.nn.grad.conv2d_weight(x, filters.shape, dy, padding=1)


def norm_block(sizes):
    x, _, dy = middle(sizes)
    dy = dy[:, :, ::2, ::2].contiguous()
    inputs = [x, torch.ones(sizes["width"], device=device), torch.zeros(sizes["width"], device=device)]
    for value in inputs:
        value.requires_grad_()

    def turn():
        y = F.avg_pool2d(F.relu(F.group_norm(inputs[0], sizes["width"], inputs[1], inputs[2])), 2)
        torch.autograd.grad(y, inputs, dy)

    return turn


class Network:
    """A network with weights, images and labels."""

    def __init__(self, sizes):
        self.net = ConvNet(sizes)
        shape = (sizes["batch"], sizes["channels"], sizes["side"], sizes["side"])
        self.images = torch.randn(shape, device=device)
        self.labels = torch.arange(sizes["batch"], device=device) % sizes["classes"]
        self.weights = [weight.requires_grad_() for weight in self.net.init()]

    def loss(self, images):
        return F.cross_entropy(self.net.logits(self.weights, images), self.labels)


def features(sizes):
    own = Network(sizes)

    def turn():
        with torch.no_grad():
            own.net.embed(own.weights, own.images)

    return turn


def features_towards_images(sizes):
    own = Network(sizes)
    weights = [weight.detach() for weight in own.weights]
    images = own.images.requires_grad_()
    return lambda: torch.autograd.grad(own.net.embed(weights, images).square().sum(), images)


def weight_gradient(sizes):
    own = Network(sizes)
    return lambda: torch.autograd.grad(own.loss(own.images), own.weights)


def weight_gradient_derivative(sizes):
    own = Network(sizes)
    images = own.images.requires_grad_()
    along = [torch.randn_like(weight) for weight in own.weights]

    def turn():
        gradient = torch.autograd.grad(own.loss(images), own.weights, create_graph=True)
        product = sum((g * v).sum() for g, v in zip(gradient, along))
        torch.autograd.grad(product, [images, *own.weights])

    return turn


TASKS = {
    "conv forward": conv_forward,
    "conv input gradient": conv_input_gradient,
    "conv filter gradient": conv_filter_gradient,
    "norm block, forward + backward": norm_block,
    "features": features,
    "features, towards images": features_towards_images,
    "weightGradient": weight_gradient,
    "weightGradient, second order": weight_gradient_derivative,
}
