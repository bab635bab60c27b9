# TEST CODE. Starts a program and tells what a screen reader sees of it, through AT-SPI, a line of JSON for each line of standard input:
# "tree" answers the nodes of all windows as [depth, role, name]; "keys K K" presses keys on the window (names of xdotool).
import json
import subprocess
import sys
import time

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi  # noqa: E402

most_nodes = 5000


def walk(node, depth, found):
    if node is None or len(found) > most_nodes:
        return
    try:
        found.append([depth, node.get_role_name(), node.get_name()])
        for k in range(node.get_child_count()):
            walk(node.get_child_at_index(k), depth + 1, found)
    except gi.repository.GLib.Error:
        pass  # The node went away while it was read.


def tree():
    desktop, found = Atspi.get_desktop(0), []
    for k in range(desktop.get_child_count()):
        walk(desktop.get_child_at_index(k), 0, found)
    return found


def press(keys):
    window = subprocess.run(
        ['xdotool', 'search', '--onlyvisible', '--name', 'CAV-MAE Studio'], capture_output=True, text=True, check=True
    ).stdout.split()[0]
    subprocess.run(['xdotool', 'windowfocus', window], check=True)
    for key in keys:
        time.sleep(0.4)
        subprocess.run(['xdotool', 'key', key], check=True)
    return keys


program = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try:
    for line in sys.stdin:
        command, *words = line.split()
        print(json.dumps(press(words) if command == 'keys' else tree()), flush=True)
finally:
    program.terminate()
    program.wait(20)
