"""A classifier exported as a folder, on a new file: python classify.py FOLDER FBANK.npy FRAMES.npy (pip install onnxruntime numpy).
The arrays: `cavmae fbank FILE --classifier FOLDER --out FBANK.npy`, `cavmae frames FILE --classifier FOLDER --out FRAMES.npy`."""
import json, sys, numpy as np, onnxruntime as ort
folder, fbank, frames = sys.argv[1:4]
card = json.load(open(f"{folder}/classifier.json"))
model = ort.InferenceSession(f"{folder}/model.onnx")
inputs = {"audio": np.load(fbank)[None], "image": np.load(frames)}
length, side = card["config"]["audioLength"], card["config"]["imgSize"]
assert inputs["audio"].shape[1:] == (length, 128) and inputs["image"].shape[1:] == (3, side, side), "arrays of another size: make them with --classifier"
probabilities, = model.run(["probabilities"], {one.name: inputs[one.name] for one in model.get_inputs()})
for one, p in zip(card["classes"], probabilities[0]):
    print(f"{one['name']}\t{p:.6f}\t{'' if p >= one['threshold'] else 'below its threshold'}")
