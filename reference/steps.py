"""The steps of a verification."""


def run(verdict, names, following, caught=(ValueError,)):
    """Performs steps that are named before they are done. If one does not hold, all that is told is the reason, and which
    steps held before it."""
    step = ""
    try:
        for name in following:
            if step:
                verdict.checked.append(step)
            step = name
    except caught as fault:
        return type(verdict)(reason=f"step {names.index(step) + 1}, {step}: {fault}", checked=verdict.checked)
    verdict.checked.append(step)
    verdict.holds = True
    return verdict
