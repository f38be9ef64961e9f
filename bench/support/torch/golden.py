"""Iterations with inputs and results, in the file format of the golden fixtures: for the engine to compute the same."""

import base64
import random

import dsa
import torch
from iterations import MAKERS

FUSED = ("brightness", "saturation", "contrast")  # the fixtures' names of the three parts of "color"
SETTINGS = {
    **{"metric": "ours", "collective": False},
    **{"spatial_power": 4, "spatial_weight": 1, "channel_power": 1, "channel_weight": 0},
    **{"normalise": "l2", "scale": 100, "task_balance": 0.01},
}


def golden(name, sizes):
    """A case with the results of float64, and how far those of float32 are from them."""
    case = trajectory_case if name == "mtt" else class_case
    settings, inputs, single = case(name, sizes, torch.float32)
    _, _, double = case(name, sizes, torch.float64)
    scalars = {key: value.item() for key, value in double.items() if value.dim() == 0}
    for key, value in double.items():
        error = (single[key] - value).abs().max() / value.abs().max()
        scalars[f"float32_error_{key}"] = error.item()
    results = {f"out/{key}": value for key, value in double.items() if value.dim() > 0}
    tensors = {key: written(value) for key, value in {**inputs, **results}.items()}
    return {"case": name, "settings": {**network(sizes), **settings}, "tensors": tensors, "scalars": scalars}


def class_case(name, sizes, dtype):
    """Where there is augmentation, class c is seen under operation number c."""
    task, drawn, found = matched(name, sizes, dtype)
    settings = {**SETTINGS, "real_per_class": [task.real] * task.classes, "syn_per_class": [task.ipc] * task.classes}
    if drawn["views"]:
        settings["augmentation"] = [
            {"operations": FUSED if view["kind"] == "color" else [view["kind"]], "draws": view}
            for view in drawn["views"]
        ]
    inputs = {"in/real": drawn["real"], "in/syn": task.syn, **named(task, "param", drawn["weights"])}
    return settings, inputs, {**found, "grad_syn": task.syn.grad}


def trajectory_case(name, sizes, dtype):
    """Both the whole derivative and TESLA's, from the same weights and images."""
    task, drawn, exact = matched(name, sizes, dtype)
    other, _, truncated = matched("tesla", sizes, dtype)
    start, target = drawn["start"], drawn["target"]
    settings = {
        "batches": [list(range(len(task.labels)))] * sizes["steps"],
        "labels_kind": "hard",
        "labels": task.labels.tolist(),
        "syn_lr": task.lr.item(),
    }
    inputs = {"in/images": task.syn}
    for side, weights in (("start", start), ("target", target)):
        inputs.update(named(task, side, task.net.split(weights)))
    first = start - task.lr.detach() * task.gradient(start.clone().requires_grad_(), task.syn.detach())
    results = {
        **exact,
        "grad_images": task.syn.grad,
        "params_after_first_step": first,
        "param_dist": truncated["param_dist"],
        "tesla_grad_images": other.syn.grad,
        "tesla_grad_lr": truncated["grad_lr"],
    }
    return settings, inputs, results


def matched(name, sizes, dtype):
    """A task after one `match`, what it had drawn, and what came out; the same numbers in each precision."""
    torch.manual_seed(1)
    random.seed(1)
    task = MAKERS[name](sizes)
    drawn = task.draw()
    if drawn.get("views"):
        drawn["views"] = [dsa.draw(sizes["side"], kind) for kind in list(dsa.NUMBERS)[: task.classes]]
    for learned in ("syn", "lr"):
        if hasattr(task, learned):
            setattr(task, learned, getattr(task, learned).detach().to(dtype).requires_grad_())
    drawn = {key: in_precision(value, dtype) for key, value in drawn.items()}
    return task, drawn, {key: value.detach() for key, value in task.match(**drawn).items()}


def in_precision(value, dtype):
    if isinstance(value, list):
        return [in_precision(part, dtype) for part in value]
    return value.to(dtype) if isinstance(value, torch.Tensor) else value


def network(sizes):
    return {
        **{"net": "ConvNet", "net_width": sizes["width"], "net_depth": sizes["depth"]},
        **{"net_act": "relu", "net_norm": "instancenorm", "net_pooling": "avgpooling"},
        **{"channel": sizes["channels"], "im_size": [sizes["side"]] * 2, "num_classes": sizes["classes"]},
    }


def named(task, prefix, weights):
    return {f"{prefix}/{name}": weight for name, weight in zip(task.net.names, weights)}


def written(tensor):
    data = tensor.detach().float().contiguous().numpy().tobytes()
    return {"shape": list(tensor.shape), "data": base64.b64encode(data).decode()}
