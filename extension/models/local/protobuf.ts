/** The little of the protobuf wire format that ONNX files need: walk fields without copying, write small messages. */

export interface Field {
  readonly number: number;
  readonly wire: number;
  /** Payload of a length-delimited field (a view, not a copy); empty for other wire types. */
  readonly bytes: Uint8Array;
  /** Value of a varint field; 0 for other wire types. */
  readonly value: number;
}

/** Thrown when the bytes end inside a field: the file is cut off or not protobuf. */
export class TruncatedMessage extends Error {}

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** The fields of a message, in order. Throws `TruncatedMessage`. */
export function* fields(message: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let result = 0;
    let scale = 1;
    for (;;) {
      const byte = message[at];
      if (byte === undefined || scale > 2 ** 63) throw new TruncatedMessage('a number is cut off');
      at += 1;
      result += (byte & 0x7f) * scale; // a plain number: offsets and sizes stay far below 2^53
      if (byte < 0x80) return result;
      scale *= 128;
    }
  };
  while (at < message.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    const wire = key % 8;
    if (wire === VARINT) {
      yield { number, wire, bytes: message.subarray(0, 0), value: varint() };
      continue;
    }
    const length = wire === BYTES ? varint() : wire === FIXED64 ? 8 : wire === FIXED32 ? 4 : -1;
    if (length < 0 || number === 0) throw new TruncatedMessage(`field ${number} has the unknown wire type ${wire}`);
    if (at + length > message.length) throw new TruncatedMessage(`field ${number} is cut off`);
    yield { number, wire, bytes: message.subarray(at, at + length), value: 0 };
    at += length;
  }
}

/** A length-delimited field: number, then the bytes (or UTF-8 of a text). */
export function bytesField(number: number, payload: Uint8Array | string): Uint8Array {
  const bytes = typeof payload === 'string' ? Buffer.from(payload, 'utf8') : payload;
  return Buffer.concat([varintBytes(number * 8 + BYTES), varintBytes(bytes.length), bytes]);
}

/** A varint field. `value` must be a whole number from 0 to 2^53. */
export function varintField(number: number, value: number): Uint8Array {
  return Buffer.concat([varintBytes(number * 8 + VARINT), varintBytes(value)]);
}

function varintBytes(value: number): Uint8Array {
  const out: number[] = [];
  let rest = value;
  while (rest >= 128) {
    out.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
  return Uint8Array.from(out);
}
