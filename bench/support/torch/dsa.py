"""Differentiable Siamese augmentation (Zhao & Bilen 2021): one of six operations, the same for a whole batch.

A draw is plain data: its operation, and the numbers that this is made of, in [0, 1) where they end in "_u".
"""

import math
import random

import torch
import torch.nn.functional as F

NUMBERS = {
    "color": ("brightness_u", "saturation_u", "contrast_u"),
    "crop": ("crop_rows", "crop_cols"),
    "cutout": ("cutout_row", "cutout_col"),
    "flip": ("flip_u",),
    "scale": ("scale_x_u", "scale_y_u"),
    "rotate": ("rotate_u",),
}
LARGEST_SCALE, LARGEST_DEGREES = 1.2, 15


def draw(side, kind=None):
    """The operation `kind`, or any, for square images."""
    kind = kind or random.choice(list(NUMBERS))
    return {"kind": kind, **{name: number(name, side) for name in NUMBERS[kind]}}


def number(name, side):
    if name.startswith("crop"):
        return random.randint(-margin(side), margin(side))
    if name.startswith("cutout"):
        return random.randint(0, side - hole(side) % 2)
    return random.random()


def margin(side):
    """The largest shift of a crop, pixels."""
    return int(0.125 * side + 0.5)


def hole(side):
    """The side of what is cut out, pixels."""
    return int(0.5 * side + 0.5)


def view(x, draw):
    """Images [n, channels, side, side] under a draw."""
    return globals()[draw["kind"]](x, *(draw[name] for name in NUMBERS[draw["kind"]]))


def color(x, brightness, saturation, contrast):
    x = x + (brightness - 0.5)
    grey = x.mean(1, keepdim=True)
    x = grey + (x - grey) * (2 * saturation)
    mean = x.mean((1, 2, 3), keepdim=True)
    return mean + (x - mean) * (contrast + 0.5)


def crop(x, rows, columns):
    side = x.shape[-1]
    room = margin(side)
    top, left = room + rows, room + columns
    return F.pad(x, (room,) * 4)[:, :, top : top + side, left : left + side]


def cutout(x, row, column):
    side = x.shape[-1]
    (top, bottom), (left, right) = (
        (max(0, centre - hole(side) // 2), centre - hole(side) // 2 + hole(side)) for centre in (row, column)
    )
    mask = torch.ones(side, side, dtype=x.dtype, device=x.device)
    mask[top:bottom, left:right] = 0
    return x * mask


def flip(x, u):
    return x.flip(3) if u < 0.5 else x


def scale(x, u, v):
    least = 1 / LARGEST_SCALE
    along_x, along_y = (least + number * (LARGEST_SCALE - least) for number in (u, v))
    return sample(x, [[along_x, 0, 0], [0, along_y, 0]])


def rotate(x, u):
    angle = math.radians((2 * u - 1) * LARGEST_DEGREES)
    return sample(x, [[math.cos(angle), -math.sin(angle), 0], [math.sin(angle), math.cos(angle), 0]])


def sample(x, matrix):
    """Between the pixels, with zeros outside; -1 and 1 are the centres of the corner pixels."""
    matrix = torch.tensor(matrix, dtype=x.dtype, device=x.device).expand(len(x), 2, 3)
    grid = F.affine_grid(matrix, list(x.shape), align_corners=True)
    return F.grid_sample(x, grid, align_corners=True)
