// An ONNX graph under construction: nodes in order, weights by name (fetched when written), inputs and outputs.
import onnxProto, { type onnx } from 'onnx-proto';

/** FLOAT, INT8 and INT64 of ONNX's TensorProto.DataType. */
export const elementType = { float: 1, int8: 3, int64: 7 } as const;

/** A weight whose values are fetched when the file is written: FLOAT unless `dataType` says otherwise. */
export interface GraphWeight {
  name: string;
  shape: readonly number[];
  dataType?: 'float' | 'int8';
  read(): Float32Array | Int8Array;
}
type Attribute = number | readonly number[] | string;

/** Names of values in the graph. */
export type Value = string;

export class GraphBuilder {
  readonly nodes: onnx.INodeProto[] = [];
  readonly weights: GraphWeight[] = [];
  readonly constants: onnx.ITensorProto[] = [];
  readonly inputs: onnx.IValueInfoProto[] = [];
  readonly outputs: onnx.IValueInfoProto[] = [];
  private count = 0;
  private readonly known = new Map<string, Value>();

  /** @param dims a text is a size known only when the graph runs */
  input(name: string, dims: readonly (number | string)[]): Value {
    this.inputs.push(valueInfo(name, dims));
    return name;
  }

  /** Gives `value` its public name. */
  output(name: string, value: Value, dims: readonly (number | string)[]): void {
    this.nodes.push({ opType: 'Identity', name, input: [value], output: [name] });
    this.outputs.push(valueInfo(name, dims));
  }

  /** A node with one output, named `name` when given. */
  node(opType: string, input: readonly Value[], attributes: Record<string, Attribute> = {}): Value {
    return this.nodeWith(opType, input, 1, attributes)[0] as Value;
  }

  /** @param operator its name; one outside ONNX's own set with its domain in front, `domain.Name` */
  nodeWith(
    operator: string,
    input: readonly Value[],
    outputs: number,
    attributes: Record<string, Attribute> = {},
  ): Value[] {
    const dot = operator.lastIndexOf('.');
    const [domain, opType] = [operator.slice(0, Math.max(0, dot)), operator.slice(dot + 1)];
    const name = `${opType}_${this.count++}`;
    const output = Array.from({ length: outputs }, (_, i) => (outputs === 1 ? name : `${name}_${i}`));
    this.nodes.push({
      opType,
      domain,
      name,
      input: [...input],
      output,
      attribute: Object.entries(attributes).map(attributeProto),
    });
    return output;
  }

  /** A weight under the checkpoint's name (with a suffix where its layout was changed). */
  weight(tensor: GraphWeight): Value {
    if (!this.known.has(tensor.name)) {
      this.known.set(tensor.name, tensor.name);
      this.weights.push(tensor);
    }
    return tensor.name;
  }

  /** Whole numbers [n], as shapes and axes are given; the same list is stored once. */
  ints(...values: number[]): Value {
    return this.constant(`ints_${values.join('_').replaceAll('-', 'm')}`, {
      dims: [values.length],
      dataType: elementType.int64,
      int64Data: values,
    });
  }

  /** One float, without dimensions. */
  float(value: number): Value {
    return this.constant(`float_${value}`, { dims: [], dataType: elementType.float, floatData: [value] });
  }

  private constant(name: string, tensor: onnx.ITensorProto): Value {
    if (!this.known.has(name)) {
      this.known.set(name, name);
      this.constants.push({ ...tensor, name });
    }
    return name;
  }
}

function valueInfo(name: string, dims: readonly (number | string)[]): onnx.IValueInfoProto {
  const dim = dims.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: elementType.float, shape: { dim } } } };
}

function attributeProto([name, value]: [string, Attribute]): onnx.IAttributeProto {
  const { AttributeType } = onnxProto.onnx.AttributeProto;
  if (typeof value === 'string') return { name, type: AttributeType.STRING, s: Buffer.from(value) };
  if (Array.isArray(value)) return { name, type: AttributeType.INTS, ints: [...value] as number[] };
  return Number.isInteger(value)
    ? { name, type: AttributeType.INT, i: value as number }
    : { name, type: AttributeType.FLOAT, f: value as number };
}
