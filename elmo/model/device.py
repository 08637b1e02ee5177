"""The devices of torch on this machine."""

import torch

from elmo.errors import InputError


def available_device(device: str | torch.device) -> torch.device:
    """The torch device of a name, if this machine has the device.

    Raises:
        InputError: there is no such device, or not on this machine; the message says what torch lacks.
    """
    try:
        wanted = torch.device(device)
    except RuntimeError:
        raise InputError(f"device is {device!r}, expected 'cpu', 'cuda' or 'mps'.") from None
    if wanted.type == "cpu":
        return wanted
    if wanted.type == "cuda":
        n_devices = torch.cuda.device_count() if torch.cuda.is_available() else 0
        if (wanted.index or 0) < n_devices:
            return wanted
        why = (
            f"this build of torch ({torch.__version__}) is for processors only"
            if torch.version.cuda is None and getattr(torch.version, "hip", None) is None
            else f"torch {torch.__version__} finds {n_devices} of them (no graphics card, or no driver for it)"
            if n_devices == 0
            else f"torch finds {n_devices}, numbered from 0"
        )
        raise InputError(f"device is '{wanted}', but {why}. Use device='cpu'.")
    if wanted.type == "mps" and torch.backends.mps.is_available():
        return wanted
    raise InputError(
        f"device is '{wanted}', which is not available here; expected 'cpu', 'cuda' or 'mps'."
    )
