"""The `trd web` commands: what a site needs to hold the widget."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Optional

import typer

from bot.bank.files import read_profile
from bot.console import checked, err, settings
from bot.web.bundle import bundle
from bot.web.pages import script_tag, tags

web_app = typer.Typer(help="The website's widget: its tag, and its file.", no_args_is_help=True)


@web_app.command()
def integrity(
    url: str = typer.Option("https://chat.example.org", "--url", help="Address at which people reach this server."),
) -> None:
    """Print the widget's Subresource Integrity value and the tags that hold it."""
    profile = checked(lambda: read_profile(settings().bank_dir))
    widget = checked(bundle)
    typer.echo(f"integrity: {widget.integrity}")
    typer.echo(f"size: {len(gzip.compress(widget.script, 9))} bytes compressed, {len(widget.script)} plain\n")
    server = url.rstrip("/")
    typer.echo(f"All that a page needs:\n\n{script_tag(widget, server)}\n")
    typer.echo(
        "Better, just before </body>: 988 is then there without scripts too, and while the server is down:\n\n"
        f"{tags(widget, profile, server)}"
    )


@web_app.command()
def export(folder: Optional[Path] = typer.Argument(None, help="Where to; by default the present folder.")) -> None:
    """Write widget.js and widget.css, for a site that serves them itself (then with data-server on the element)."""
    target = (folder or Path.cwd()).resolve()
    settings()
    widget = checked(bundle)
    target.mkdir(parents=True, exist_ok=True)
    for name, content in (("widget.js", widget.script), ("widget.css", widget.style)):
        (target / name).write_bytes(content)
    err.print(f"Wrote widget.js and widget.css into {target}", highlight=False)
