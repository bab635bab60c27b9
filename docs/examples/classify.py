"""A classifier exported as a folder, on a new file: python classify.py FOLDER FBANK.npy FRAMES.npy (pip install onnxruntime numpy).
The two arrays come from `cavmae fbank FILE --out FBANK.npy` and `cavmae frames FILE --out FRAMES.npy`."""
import json, sys, numpy as np, onnxruntime as ort
folder, fbank, frames = sys.argv[1:4]
card = json.load(open(f"{folder}/classifier.json"))
model = ort.InferenceSession(f"{folder}/model.onnx")
inputs = {"audio": np.load(fbank)[None, :card["config"]["audioLength"]], "image": np.load(frames)}
probabilities, = model.run(["probabilities"], {one.name: inputs[one.name] for one in model.get_inputs()})
for one, p in zip(card["classes"], probabilities[0]):
    print(f"{one['name']}\t{p:.6f}\t{'' if p >= one['threshold'] else 'below its threshold'}")
