"""The straightforward way in PyTorch, for comparison with embedClip.ts: ten complete passes over one clip, each with its own sound, as the
reference's frame aggregation does; and the sound once for ten frames. Random weights, base size. Prints one JSON document.

    python test/bench/embedClipTorch.py [rounds]      needs torch; not part of the product
"""
import json, os, resource, sys, time

import torch
import torch.nn.functional as F

D, HEADS, SPECIFIC, LA, LV = 768, 12, 11, 512, 196
rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
torch.manual_seed(1)
torch.set_num_threads(os.cpu_count() or 1)


def block():
    w = lambda *shape: torch.randn(*shape) * 0.02
    return dict(qkv=(w(3 * D, D), w(3 * D)), proj=(w(D, D), w(D)), fc1=(w(4 * D, D), w(4 * D)), fc2=(w(D, 4 * D), w(D)), norm=(torch.ones(D), torch.zeros(D)))


def run(x, p):
    n, length, _ = x.shape
    q, k, v = F.linear(F.layer_norm(x, (D,), *p["norm"]), *p["qkv"]).reshape(n, length, 3, HEADS, D // HEADS).permute(2, 0, 3, 1, 4)
    # As the reference's timm: the scores are written out.
    attended = ((q @ k.transpose(-2, -1)) * (D // HEADS) ** -0.5).softmax(-1) @ v
    x = x + F.linear(attended.transpose(1, 2).reshape(n, length, D), *p["proj"])
    return x + F.linear(F.gelu(F.linear(F.layer_norm(x, (D,), *p["norm"]), *p["fc1"])), *p["fc2"])


blocks_a, blocks_v, joint = [block() for _ in range(SPECIFIC)], [block() for _ in range(SPECIFIC)], block()
patch_a, patch_v = torch.randn(D, 256) * 0.02, torch.randn(D, 768) * 0.02
audio, images = torch.randn(1, LA, 256), torch.randn(10, LV, 768)
pool = lambda x: F.layer_norm(x, (D,)).mean(1)


def through(x, blocks):
    for p in blocks:
        x = run(x, p)
    return x


@torch.inference_mode()
def straightforward():
    for k in range(10):
        a, v = through(audio @ patch_a.T, blocks_a), through(images[k : k + 1] @ patch_v.T, blocks_v)
        pool(run(a, joint)), pool(run(v, joint)), pool(run(torch.cat([a, v], 1), joint))


@torch.inference_mode()
def sound_once():
    a, v = through(audio @ patch_a.T, blocks_a), through(images @ patch_v.T, blocks_v)
    pool(run(a, joint)), pool(run(v, joint)), pool(run(torch.cat([a.expand(10, -1, -1), v], 1), joint))


def least(work):
    work() if work is sound_once else None
    best = None
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        now = (time.process_time() - cpu, time.perf_counter() - wall)
        best = min(best, now) if best else now
    return dict(cpuS=round(best[0], 2), wallS=round(best[1], 2))


print(json.dumps(dict(torch=torch.__version__, threads=torch.get_num_threads(), load=round(os.getloadavg()[0], 1), soundOnce=least(sound_once), straightforward=least(straightforward), peakMiB=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)))
