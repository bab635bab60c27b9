// A graph → an .onnx file (opset 20, IR version 9). Protobuf fields may come in any order and piece by piece, so the
// weights are appended one at a time and memory never holds them twice.
import onnxProto from 'onnx-proto';
import { streamToFile } from '../catalogue/streamToFile.ts';
import { sizeOf } from '../tensorEntry.ts';
import { elementType, type GraphBuilder, type GraphWeight } from './graphBuilder.ts';

const opset = 20;
const irVersion = 9;

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, rest]);
}
/** Tag and length of a length-delimited field. */
const field = (number: number, length: number): Buffer => Buffer.concat([varint(number * 8 + 2), varint(length)]);

const bytesOf = ({ shape, dataType }: GraphWeight): number => sizeOf(shape) * (dataType === 'int8' ? 1 : 4);

/** Everything of GraphProto.initializer but the raw values, which follow it. */
function weightHead(weight: GraphWeight): Buffer {
  const { name, shape, dataType = 'float' } = weight;
  const bytes = bytesOf(weight);
  const tensor = Buffer.from(
    onnxProto.onnx.TensorProto.encode({ name, dims: [...shape], dataType: elementType[dataType] }).finish(),
  );
  const raw = field(9, bytes);
  return Buffer.concat([field(5, tensor.length + raw.length + bytes), tensor, raw]);
}

/**
 * @param metadata shown by viewers and readable from every runtime
 * @throws EngineError DISK_FULL and others; an existing file stays as it was
 */
export async function writeOnnx(
  path: string,
  graph: GraphBuilder,
  metadata: Record<string, string> = {},
): Promise<void> {
  const { onnx } = onnxProto;
  const otherDomains = [...new Set(graph.nodes.flatMap(({ domain }) => domain || []))].map((domain) => ({
    domain,
    version: 1,
  }));
  const head = onnx.ModelProto.encode({
    irVersion,
    producerName: 'cav-mae-studio',
    opsetImport: [{ domain: '', version: opset }, ...otherDomains],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  }).finish();
  const body = onnx.GraphProto.encode({
    name: 'cav-mae',
    node: graph.nodes,
    input: graph.inputs,
    output: graph.outputs,
    initializer: graph.constants,
  }).finish();
  const heads = graph.weights.map(weightHead);
  const length = graph.weights.reduce(
    (sum, weight, i) => sum + (heads[i] as Buffer).length + bytesOf(weight),
    body.length,
  );
  await streamToFile(path, async (sink) => {
    await sink.write(head);
    await sink.write(field(7, length));
    await sink.write(body);
    for (const [i, weight] of graph.weights.entries()) {
      await sink.write(heads[i] as Buffer);
      const values = weight.read();
      await sink.write(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
  });
}
