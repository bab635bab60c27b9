// Linear layers in int8, as ONNX's dynamic quantisation: weights are int8 with one scale per output channel, inputs
// become uint8 with one scale per tensor when the graph runs, and the product is summed in int32.
import { elementType, type GraphBuilder, type Value } from './graphBuilder.ts';

/** A linear layer's weight [out, in], row-major. */
export interface LinearWeight {
  name: string;
  out: number;
  input: number;
  data: Float32Array;
}

/** @returns for each output channel max |w| / 127; 1 for a channel of zeros */
export function channelScales({ out, input, data }: LinearWeight): Float32Array {
  const scales = new Float32Array(out);
  for (let o = 0; o < out; o++) {
    let most = 0;
    for (let i = o * input; i < (o + 1) * input; i++) most = Math.max(most, Math.abs(data[i] as number));
    scales[o] = most > 0 ? most / 127 : 1;
  }
  return scales;
}

/** @returns round(w / scale) as int8, transposed to [in, out] */
export function quantiseTransposed({ out, input, data }: LinearWeight, scales: Float32Array): Int8Array {
  const values = new Int8Array(data.length);
  for (let o = 0; o < out; o++) {
    const scale = scales[o] as number;
    for (let i = 0; i < input; i++) values[i * out + o] = Math.round((data[o * input + i] as number) / scale);
  }
  return values;
}

/**
 * x [.., in] times the transposed weight → float32 [.., out], without bias. onnxruntime fuses these nodes into one
 * kernel, so their order follows its pattern: MatMulInteger, Cast, Mul by the product of both scales.
 */
export function quantisedProduct(graph: GraphBuilder, x: Value, weight: LinearWeight): Value {
  const { name, out, input } = weight;
  const [values, scale, zeroPoint] = graph.nodeWith('DynamicQuantizeLinear', [x], 3) as [Value, Value, Value];
  const matrix = graph.weight({
    name: `${name}.int8`,
    shape: [input, out],
    dataType: 'int8',
    read: () => quantiseTransposed(weight, channelScales(weight)),
  });
  const scales = graph.weight({ name: `${name}.scale`, shape: [out], read: () => channelScales(weight) });
  const product = graph.node('MatMulInteger', [values, matrix, zeroPoint]);
  const bothScales = graph.node('Mul', [scale, scales]);
  return graph.node('Mul', [graph.node('Cast', [product], { to: elementType.float }), bothScales]);
}
