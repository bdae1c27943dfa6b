/** 16-bit floats, which JavaScript has only in newer versions: the runtime hands them out as raw bits or as Float16Array. */

/** Whatever the runtime uses for float32 and float16 tensors. */
export type FloatArray = Float32Array | Uint16Array;

/** Values as 32-bit floats; the same array when it is one already. */
export function toFloat32(data: FloatArray): Float32Array {
  if (data instanceof Float32Array) return data;
  const out = new Float32Array(data.length);
  if (data instanceof Uint16Array) for (let i = 0; i < data.length; i += 1) out[i] = halfToNumber(data[i]!);
  else out.set(data); // Float16Array converts its elements itself
  return out;
}

/** The value of IEEE 754 half-precision bits. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** An uninitialised array of the same kind. */
export function sameKind(data: FloatArray, length: number): FloatArray {
  const Kind = data.constructor as new (length: number) => FloatArray;
  return new Kind(length);
}
