"""Case suffixes of Turkish and Finnish names."""

CASES: dict[str, tuple[str, ...]] = {
    "tur": ("dat", "acc", "loc", "abl", "gen", "ins"),
    "fin": ("gen", "ine", "ela", "ill", "ade", "all", "abl", "part"),
}
