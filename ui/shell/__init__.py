"""What every screen stands in: navigation, the bridge to the counter, bars, keys, help."""

from ui.shell.base_page import Action, DataPage, Page
from ui.shell.bridge import Then
from ui.shell.flow import Flow, LatePage, nothing
from ui.shell.navigation import Place, here
from ui.shell.shell import Shell

__all__ = ["Action", "DataPage", "Flow", "LatePage", "Page", "Place", "Shell", "Then", "here", "nothing"]
